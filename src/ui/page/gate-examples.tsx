import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useState } from 'react';
import type {
  ExampleAnswer,
  ExampleChange,
  ExampleComparison,
  ExampleTable,
  ModelExample
} from '../../api/wire';
import type { PageModel } from '../../model/page';
import { Answered } from '../answer';
import { Button } from '../button';
import { AreaField, SelectField, TextField } from '../field';
import { Empty } from '../problem';

export interface ExamplesProps {
  model: PageModel;
  table: ExampleTable;
  trans: TranslationBundle;
}

const WAYS = ['equals', 'close', 'contains', 'label', 'one_of'] as const;
type Way = (typeof WAYS)[number];
const LONGEST = 80;

/** What the team expects of the model, what its last versions made of it, and what changed between two. */
export function GateExamples(props: ExamplesProps): ReactElement {
  const { table, trans } = props;
  return (
    <>
      {table.examples.length > 0 ? (
        <Answers {...props} />
      ) : (
        <Empty title={trans.__('Nobody has said yet what they expect.')}>
          <p>
            {trans.__(
              'Add an example below, or from a cell: hub.expect(repo, input, output).'
            )}
          </p>
        </Empty>
      )}
      {table.columns.length > 1 && <Compare {...props} />}
      {table.mayEdit && <NewExample {...props} />}
    </>
  );
}

function Answers(props: ExamplesProps): ReactElement {
  const { table, trans } = props;
  return (
    <div className="jp-HubGate-wide">
      <table className="jp-HubGate-checks">
        <thead>
          <tr>
            <th scope="col">{trans.__('Example')}</th>
            <th scope="col">{trans.__('Input')}</th>
            <th scope="col">{trans.__('Expected')}</th>
            {table.columns.map(({ tag }) => (
              <th key={tag} scope="col">
                {tag}
              </th>
            ))}
            {table.mayEdit && <td />}
          </tr>
        </thead>
        <tbody>
          {table.examples.map(example => (
            <Row key={example.name} {...props} example={example} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row(props: ExamplesProps & { example: ModelExample }): ReactElement {
  const { model, table, example, trans } = props;
  return (
    <tr>
      <th scope="row">{example.name}</th>
      <td title={text(example.input)}>{short(example.input)}</td>
      <td>{short(example.expect)}</td>
      {table.columns.map(({ tag, answers }) => (
        <Answer
          key={tag}
          answer={answers.find(({ name }) => name === example.name) ?? null}
          trans={trans}
        />
      ))}
      {table.mayEdit && (
        <td>
          <Button
            onClick={() => void model.gates.unexpect(example.name)}
            label={trans.__('Forget the example %1', example.name)}
          >
            {trans.__('Forget')}
          </Button>
        </td>
      )}
    </tr>
  );
}

function Answer(props: {
  answer: ExampleAnswer | null;
  trans: TranslationBundle;
}): ReactElement {
  const { answer, trans } = props;
  if (answer === null) {
    return <td>—</td>;
  }
  return (
    <td
      className={answer.passed ? 'jp-mod-passed' : 'jp-mod-failed'}
      title={answer.why}
    >
      <span aria-hidden="true">{answer.passed ? '✓' : '✗'} </span>
      <span className="jp-HubHidden">
        {answer.passed ? trans.__('passed') : trans.__('failed')}
      </span>
      {short(answer.output)}
    </td>
  );
}

function Compare(props: ExamplesProps): ReactElement {
  const { model, table, trans } = props;
  const tags = table.columns.map(({ tag }) => tag);
  const [after, setAfter] = useState(tags[0] ?? '');
  const [before, setBefore] = useState(tags[1] ?? '');
  const [isAsked, setAsked] = useState(false);
  const options = tags.map(tag => ({ value: tag, label: tag }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setAsked(true);
    model.gates.compare(before, after);
  };
  return (
    <>
      <form className="jp-HubBar" onSubmit={submit}>
        <SelectField
          label={trans.__('From')}
          value={before}
          options={options}
          change={setBefore}
        />
        <SelectField
          label={trans.__('to')}
          value={after}
          options={options}
          change={setAfter}
        />
        <Button submit>{trans.__('What changed?')}</Button>
      </form>
      {isAsked && (
        <Answered
          asked={model.gates.comparison}
          label={trans.__('Comparing')}
          retry={() => model.gates.compare(before, after)}
          trans={trans}
        >
          {found => <Changed comparison={found} trans={trans} />}
        </Answered>
      )}
    </>
  );
}

function Changed(props: {
  comparison: ExampleComparison;
  trans: TranslationBundle;
}): ReactElement {
  const { comparison, trans } = props;
  const rows = comparison.rows.filter(({ change }) => change !== 'same');
  if (rows.length === 0) {
    return (
      <p role="status">
        {trans.__('All %1 examples answer the same.', comparison.rows.length)}
      </p>
    );
  }
  return (
    <table className="jp-HubGate-checks" aria-label={trans.__('What changed')}>
      <thead>
        <tr>
          <th scope="col">{trans.__('Example')}</th>
          <th scope="col">{trans.__('Change')}</th>
          <th scope="col">{comparison.before}</th>
          <th scope="col">{comparison.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(row => (
          <tr key={row.name}>
            <th scope="row">{row.name}</th>
            <td>{changeWord(row.change, trans)}</td>
            <Answer answer={row.before} trans={trans} />
            <Answer answer={row.after} trans={trans} />
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function NewExample(props: ExamplesProps): ReactElement {
  const { model, trans } = props;
  const [name, setName] = useState('');
  const [input, setInput] = useState('');
  const [way, setWay] = useState<Way>('equals');
  const [output, setOutput] = useState('');
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const expect = { [way]: valueOf(output) };
    if (await model.gates.expect({ name, input: valueOf(input), expect })) {
      setName('');
      setInput('');
      setOutput('');
    }
  };
  return (
    <details>
      <summary>{trans.__('Add an example')}</summary>
      <form className="jp-HubForm" onSubmit={event => void submit(event)}>
        <TextField
          label={trans.__('Name')}
          value={name}
          change={setName}
          required
        />
        <AreaField
          label={trans.__('Input, as JSON or text')}
          value={input}
          change={setInput}
          rows={2}
        />
        <SelectField
          label={trans.__('The output')}
          value={way}
          options={WAYS.map(one => ({ value: one, label: one }))}
          change={setWay}
        />
        <TextField
          label={trans.__('Expected, as JSON or text')}
          value={output}
          change={setOutput}
          required
        />
        <Button primary submit>
          {trans.__('Add')}
        </Button>
      </form>
    </details>
  );
}

/** What somebody typed: JSON if it is some, else the text itself. */
export function valueOf(typed: string): unknown {
  try {
    return JSON.parse(typed);
  } catch {
    return typed;
  }
}

function text(value: unknown): string {
  return JSON.stringify(value) ?? '';
}

function short(value: unknown): string {
  const whole = text(value);
  return whole.length > LONGEST ? `${whole.slice(0, LONGEST - 1)}…` : whole;
}

function changeWord(change: ExampleChange, trans: TranslationBundle): string {
  return {
    same: trans.__('same'),
    changed: trans.__('changed'),
    fixed: trans.__('fixed'),
    broken: trans.__('broken'),
    added: trans.__('new'),
    removed: trans.__('gone')
  }[change];
}
