import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import { Empty } from '../problem';

/** From so many on one wants to look for one. */
const MANY = 20;
/** More rows would hold up the browser. */
const MOST = 200;

/** What a run was given; found by name or value where there are many. */
export function Params(props: {
  params: { [name: string]: string };
  trans: TranslationBundle;
}): ReactElement {
  const { trans } = props;
  const [sought, setSought] = useState('');
  const all = Object.entries(props.params).sort(([a], [b]) =>
    a.localeCompare(b, undefined, { numeric: true })
  );
  const word = sought.trim().toLowerCase();
  const found = all.filter(([name, value]) =>
    `${name}\n${value}`.toLowerCase().includes(word)
  );
  return (
    <section aria-label={trans.__('Parameters')}>
      <h2>{trans.__('Parameters')}</h2>
      {all.length === 0 && (
        <Empty title={trans.__('No parameters were logged.')} />
      )}
      {all.length > MANY && (
        <input
          type="search"
          className="jp-HubInput jp-HubParams-search"
          aria-label={trans.__('Find parameters')}
          placeholder={trans.__('Find among %1 parameters', all.length)}
          value={sought}
          onChange={({ target }) => setSought(target.value)}
        />
      )}
      {all.length > 0 && (
        <table className="jp-HubTable jp-HubParams">
          <caption className="jp-HubHidden">{trans.__('Parameters')}</caption>
          <tbody>
            {found.slice(0, MOST).map(([name, value]) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td>{value}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {all.length > MANY && (
        <p className="jp-HubNote" role="status">
          {found.length === 0
            ? trans.__('No parameter is like that.')
            : found.length > MOST
              ? trans.__('%1 of %2 are shown', MOST, found.length)
              : ''}
        </p>
      )}
    </section>
  );
}
