import type { TranslationBundle } from '@jupyterlab/translation';
import type { FormEvent, ReactElement } from 'react';
import { useEffect, useId } from 'react';
import type { ConflictFile, ConflictPart, PullConflicts } from '../../api/wire';
import type {
  ConflictsModel,
  FileChoice,
  PartChoice
} from '../../model/repo/conflicts';
import { Answered, Refusal } from '../answer';
import { Button } from '../button';
import { AreaField, SelectField, TextField } from '../field';
import { useStore } from '../use-store';

export interface ConflictsProps {
  model: ConflictsModel;
  number: number;
  /** Newest commit of the pull request; another one is looked at anew. */
  head: string | null;
  trans: TranslationBundle;
}

/** Decide what becomes of each file that both sides changed, then bring the target into the pull request. */
export function Conflicts(props: ConflictsProps): ReactElement {
  const { model, number, head, trans } = props;
  useEffect(() => model.show(number), [model, number, head]);
  return (
    <Answered
      asked={model.conflicts}
      label={trans.__('Loading the conflicts')}
      retry={() => model.show(number)}
      trans={trans}
    >
      {found => <Form {...props} found={found} />}
    </Answered>
  );
}

type FormProps = ConflictsProps & { found: PullConflicts };

function Form(props: FormProps): ReactElement {
  const { model, number, found, trans } = props;
  const choices = useStore(model.choices);
  const mixing = useStore(model.mixing);
  const deed = useStore(model.deed.store);
  const isMixed = [...choices.values()].some(choice => choice.is === 'mixed');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void model.solve(number);
  };
  return (
    <form
      className="jp-HubConflicts"
      aria-label={trans.__('Conflicts')}
      onSubmit={submit}
    >
      <p>
        {trans.__(
          'Both %1 and this pull request changed these files. Decide each; then it can be merged.',
          found.target
        )}
      </p>
      {found.files.map(file => (
        <FileView
          key={file.path}
          {...props}
          file={file}
          choice={choices.get(file.path) ?? { is: 'open' }}
        />
      ))}
      {isMixed && <Recipe {...props} />}
      <Refusal deed={model.deed} trans={trans} />
      <footer className="jp-HubBar">
        {mixing.is === 'running' ? (
          <>
            <progress
              value={mixing.job.progress}
              aria-label={trans.__('Mixing weights')}
            />
            <span role="status">{mixing.job.detail}</span>
          </>
        ) : (
          <Button
            primary
            submit
            disabled={model.files() === null || deed.is === 'busy'}
          >
            {trans.__('Solve the conflicts')}
          </Button>
        )}
      </footer>
    </form>
  );
}

interface Option<V> {
  value: V;
  label: string;
}

/** One of a few, by radio buttons. */
function Radios<V extends string>(props: {
  legend: string;
  value: V | 'open';
  options: Option<V>[];
  change: (value: V) => void;
}): ReactElement {
  const { legend, value, options, change } = props;
  const name = useId();
  return (
    <fieldset className="jp-HubConflicts-choice">
      <legend className="jp-HubHidden">{legend}</legend>
      {options.map(option => (
        <label key={option.value}>
          <input
            type="radio"
            name={name}
            checked={option.value === value}
            onChange={() => change(option.value)}
          />{' '}
          {option.label}
        </label>
      ))}
    </fieldset>
  );
}

function FileView(
  props: FormProps & { file: ConflictFile; choice: FileChoice }
): ReactElement {
  const { model, found, file, choice, trans } = props;
  const whole: Option<'target' | 'pull' | 'mixed'>[] = [
    {
      value: 'target',
      label: file.inTarget
        ? trans.__('The file of %1', found.target)
        : trans.__('Delete it, as %1 did', found.target)
    },
    {
      value: 'pull',
      label: file.inPull
        ? trans.__('The file of the pull request')
        : trans.__('Delete it, as the pull request did')
    }
  ];
  if (file.mayMix) {
    whole.push({ value: 'mixed', label: trans.__('Mix the weights of both') });
  }
  return (
    <section className="jp-HubDiff-file" aria-label={file.path}>
      <h3>{file.path}</h3>
      {file.isText ? (
        file.parts.map((part, index) => (
          <PartView
            key={index}
            {...props}
            part={part}
            at={index}
            choice={
              (choice.is === 'parts' ? choice.parts[index] : undefined) ?? {
                is: 'open'
              }
            }
          />
        ))
      ) : (
        <Radios
          legend={trans.__('What becomes of %1', file.path)}
          value={choice.is === 'parts' ? 'open' : choice.is}
          options={whole}
          change={value => model.choose(file.path, { is: value })}
        />
      )}
    </section>
  );
}

const AROUND = 3;

/** The first and last lines of what needs no decision. */
function Merged(props: {
  text: string;
  trans: TranslationBundle;
}): ReactElement {
  const { text, trans } = props;
  const lines = text.replace(/\n$/, '').split('\n');
  const hidden = lines.length - 2 * AROUND;
  return (
    <pre className="jp-HubConflicts-same">
      {hidden > 1
        ? [
            ...lines.slice(0, AROUND),
            trans.__('… %1 lines …', hidden),
            ...lines.slice(-AROUND)
          ].join('\n')
        : lines.join('\n')}
    </pre>
  );
}

function PartView(
  props: FormProps & {
    file: ConflictFile;
    part: ConflictPart;
    at: number;
    choice: PartChoice;
  }
): ReactElement {
  const { model, found, file, part, at, choice, trans } = props;
  if (part.merged !== null) {
    return <Merged text={part.merged} trans={trans} />;
  }
  const choose = (value: PartChoice['is']) =>
    model.choosePart(
      file,
      at,
      value === 'own'
        ? { is: 'own', text: part.target + part.pull }
        : { is: value }
    );
  return (
    <div className="jp-HubConflicts-part">
      <div className="jp-HubConflicts-sides">
        <figure>
          <figcaption>{found.target}</figcaption>
          <pre>{part.target || trans.__('(nothing)')}</pre>
        </figure>
        <figure>
          <figcaption>{trans.__('this pull request')}</figcaption>
          <pre>{part.pull || trans.__('(nothing)')}</pre>
        </figure>
      </div>
      <Radios<PartChoice['is']>
        legend={trans.__('What these lines become')}
        value={choice.is}
        options={[
          { value: 'target', label: trans.__('Those of %1', found.target) },
          { value: 'pull', label: trans.__('Those of the pull request') },
          { value: 'both', label: trans.__('Both') },
          { value: 'own', label: trans.__('Others') }
        ]}
        change={choose}
      />
      {choice.is === 'own' && (
        <AreaField
          label={trans.__('Lines')}
          value={choice.text}
          change={text => model.choosePart(file, at, { is: 'own', text })}
          rows={Math.min(12, choice.text.split('\n').length + 1)}
        />
      )}
    </div>
  );
}

function Recipe(props: FormProps): ReactElement {
  const { model, found, trans } = props;
  const recipe = useStore(model.recipe);
  const share = recipe.shares?.[1] ?? 0.5;
  const number = (text: string, most: number) =>
    Math.min(Math.max(Number(text) || 0, 0), most);
  return (
    <section aria-label={trans.__('How to mix')} className="jp-HubBar">
      <SelectField
        label={trans.__('Method')}
        value={recipe.method ?? 'linear'}
        options={[
          { value: 'linear', label: trans.__('Linear: the mean') },
          { value: 'slerp', label: trans.__('SLERP: along the arc') },
          { value: 'ties', label: trans.__('TIES: what both agree on') }
        ]}
        change={method => model.recipe.set({ ...recipe, method })}
      />
      <TextField
        label={trans.__('Share of the pull request, against %1', found.target)}
        type="number"
        value={String(share)}
        change={text => {
          const mine = number(text, 1);
          model.recipe.set({ ...recipe, shares: [1 - mine, mine] });
        }}
      />
      {recipe.method === 'ties' && (
        <TextField
          label={trans.__('Part of the changes that is kept')}
          type="number"
          value={String(recipe.density ?? 0.5)}
          change={text =>
            model.recipe.set({ ...recipe, density: number(text, 1) })
          }
        />
      )}
    </section>
  );
}
