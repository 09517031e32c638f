import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useEffect, useState } from 'react';
import type { PageModel } from '../../model/page';
import { Refusal } from '../answer';
import { Button } from '../button';
import { AreaField } from '../field';
import { useStore } from '../use-store';

/** Whether one has the files of a gated repo, and how to ask for them. */
export function Gate(props: {
  model: PageModel;
  trans: TranslationBundle;
}): ReactElement | null {
  const { model, trans } = props;
  const { settings } = model;
  const access = useStore(settings.access.store);
  useEffect(() => settings.loadAccess(), [settings]);
  if (access.is !== 'shown' || access.value.mayReadFiles) {
    return null;
  }
  const { request } = access.value;
  switch (request?.status) {
    case 'pending':
      return (
        <p role="status" className="jp-HubProblem">
          {trans.__(
            'You asked for the files. Whoever decides sees your request.'
          )}
        </p>
      );
    case 'rejected':
      return (
        <p role="status" className="jp-HubProblem">
          {trans.__(
            'Your request for the files was rejected. %1',
            request.reason
          )}
        </p>
      );
    case 'accepted':
    case undefined:
      return <Ask {...props} />;
  }
}

function Ask(props: {
  model: PageModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const [text, setText] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (await model.settings.request(text)) {
      model.refresh();
    }
  };
  return (
    <form
      className="jp-HubForm"
      aria-label={trans.__('Ask for access')}
      onSubmit={event => void submit(event)}
    >
      <p>{trans.__('Its files are for people who asked for them.')}</p>
      <AreaField
        label={trans.__('What will you use them for? (optional)')}
        value={text}
        change={setText}
        rows={2}
      />
      <Button primary submit>
        {trans.__('Ask for access')}
      </Button>
      <Refusal deed={model.settings.deed} trans={trans} />
    </form>
  );
}
