import { HubPageWidget } from '../page-widget';
import type { CardEditorProps } from './editor';
import { CardEditor } from './editor';

/** The editor of one card as a widget. */
export class CardEditorWidget extends HubPageWidget<CardEditorProps['model']> {
  constructor(props: CardEditorProps) {
    super(
      props.model,
      () => <CardEditor {...props} />,
      props.trans.__('Card of %1', props.model.repo.id)
    );
  }
}
