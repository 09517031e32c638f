import { HubPageWidget } from '../page-widget';
import type { DiffProps } from './diff';
import { DiffPage } from './diff';

/** Differences as a widget. */
export class DiffWidget extends HubPageWidget<DiffProps['model']> {
  constructor(props: DiffProps) {
    const { before, after } = props.model.sides;
    super(
      props.model,
      () => <DiffPage {...props} />,
      `${lastOf(before)} → ${lastOf(after)}`,
      `${before} → ${after}`
    );
  }
}

/** What is short and tells most of a side: the name and the revision. */
function lastOf(side: string): string {
  const name = side.split('/').pop() ?? side;
  return name.startsWith('run:') ? name.slice(4, 12) : name;
}
