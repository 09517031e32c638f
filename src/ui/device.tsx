import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { TokensModel } from '../model/tokens';
import { Button } from './button';
import { TextField } from './field';
import { Form } from './form';
import { useStore } from './use-store';

/** Lets a program without a browser act for oneself: `hf auth login` shows a code. */
export function Device(props: {
  model: TokensModel;
  trans: TranslationBundle;
}): ReactElement {
  const { model, trans } = props;
  const code = useStore(model.code);
  const [said, setSaid] = useState('');
  const decide = async (allow: boolean) => {
    setSaid('');
    if (await model.decide(code, allow)) {
      model.code.set('');
      setSaid(
        allow
          ? trans.__('Allowed: the program goes on by itself.')
          : trans.__('Refused.')
      );
    }
  };
  return (
    <>
      {code && (
        <p>
          {trans.__(
            'Allow only a code that a terminal of your own shows: the program may then do what you may do.'
          )}
        </p>
      )}
      <Form inline submit={() => decide(true)}>
        <TextField
          label={trans.__('Code that “hf auth login” shows')}
          placeholder={trans.__('BCDF-GHJK')}
          value={code}
          change={text => model.code.set(text)}
          required
        />
        <Button submit>{trans.__('Allow it')}</Button>
        <Button disabled={!code.trim()} onClick={() => void decide(false)}>
          {trans.__('Refuse')}
        </Button>
      </Form>
      <p role="status" className="jp-HubStatus">
        {said}
      </p>
    </>
  );
}
