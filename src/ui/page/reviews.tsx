import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReactElement } from 'react';
import { useState } from 'react';
import type { Review, ReviewList } from '../../api/wire';
import type { ReviewsModel } from '../../model/repo/reviews';
import { Answered, Refusal } from '../answer';
import { Button, LinkButton } from '../button';
import { AreaField, Section, SelectField, TextField } from '../field';
import { exactText, whenText } from '../format';
import { Empty } from '../problem';
import { useStore } from '../use-store';

export interface ReviewsProps {
  model: ReviewsModel;
  /** The tags of the versions, the newest first. */
  versions: string[];
  /** What the repo is for: offered as what it was used for. */
  task: string | null;
  trans: TranslationBundle;
}

const ALL_STARS = [5, 4, 3, 2, 1];

/** What people say of the versions of a repo, and what one says oneself. */
export function Reviews(props: ReviewsProps): ReactElement {
  const { model, trans } = props;
  return (
    <Section title={trans.__('Reviews')}>
      <Answered
        asked={model.reviews}
        label={trans.__('Loading reviews')}
        retry={() => model.refresh()}
        trans={trans}
      >
        {list => <List {...props} list={list} />}
      </Answered>
    </Section>
  );
}

function List(props: ReviewsProps & { list: ReviewList }): ReactElement {
  const { list, model, versions, trans } = props;
  const [edited, setEdited] = useState<Review | 'new' | null>(null);
  const done = () => setEdited(null);
  return (
    <>
      {list.mean !== null && <Mean list={list} trans={trans} />}
      {list.reviews.length === 0 && !edited && (
        <Empty title={trans.__('Nobody has reviewed this yet.')} />
      )}
      {list.mayReview &&
        (edited ? (
          <Form
            key={edited === 'new' ? 'new' : edited.version}
            {...props}
            before={edited === 'new' ? null : edited}
            done={done}
          />
        ) : (
          <p>
            <Button onClick={() => setEdited(mine(list, versions) ?? 'new')}>
              {mine(list, versions)
                ? trans.__('Edit your review…')
                : trans.__('Write a review…')}
            </Button>
          </p>
        ))}
      <ul className="jp-HubReviews">
        {list.reviews.map(review => (
          <li key={`${review.author.name} ${review.version}`}>
            <p className="jp-HubReviews-head">
              <Stars stars={review.stars} trans={trans} />{' '}
              <b>{review.author.displayName}</b>{' '}
              {review.version && (
                <span className="jp-HubBadge">{review.version}</span>
              )}{' '}
              {review.task && trans.__('used for %1', review.task)}{' '}
              <time
                dateTime={review.updatedAt}
                title={exactText(review.updatedAt)}
              >
                {whenText(review.updatedAt)}
              </time>{' '}
              {review.mine && (
                <LinkButton onClick={() => setEdited(review)}>
                  {trans.__('Edit')}
                </LinkButton>
              )}{' '}
              {(review.mine || list.mayRemove) && (
                <LinkButton
                  label={trans.__(
                    'Delete the review of %1',
                    review.author.displayName
                  )}
                  onClick={() => void model.remove(review)}
                >
                  {trans.__('Delete')}
                </LinkButton>
              )}
            </p>
            {review.text && <p className="jp-HubReviews-text">{review.text}</p>}
          </li>
        ))}
      </ul>
      <Refusal deed={model.deed} trans={trans} />
    </>
  );
}

/** One's own review of the newest version. */
function mine(list: ReviewList, versions: string[]): Review | undefined {
  const newest = versions[0] ?? '';
  return list.reviews.find(one => one.mine && one.version === newest);
}

function Stars(props: {
  stars: number;
  trans: TranslationBundle;
}): ReactElement {
  const { stars, trans } = props;
  return (
    <span
      className="jp-HubStars"
      role="img"
      aria-label={trans.__('%1 of 5 stars', stars)}
    >
      {'★'.repeat(Math.round(stars))}
      <span aria-hidden>{'☆'.repeat(5 - Math.round(stars))}</span>
    </span>
  );
}

function Mean(props: {
  list: ReviewList;
  trans: TranslationBundle;
}): ReactElement {
  const { list, trans } = props;
  const total = list.counts.reduce((sum, count) => sum + count, 0);
  return (
    <div className="jp-HubMean">
      <p>
        <Stars stars={list.mean ?? 0} trans={trans} />{' '}
        {(list.mean ?? 0).toFixed(1)} ·{' '}
        {trans._n('%1 review', '%1 reviews', total)}
      </p>
      <ul aria-label={trans.__('How many stars were given')}>
        {ALL_STARS.map(stars => {
          const count = list.counts[stars - 1] ?? 0;
          return (
            <li key={stars}>
              <span>{trans.__('%1 ★', stars)}</span>
              <meter
                min={0}
                max={total}
                value={count}
                aria-label={trans.__('%1 stars: %2', stars, count)}
              />
              <span>{count}</span>
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Form(
  props: ReviewsProps & { before: Review | null; done: () => void }
): ReactElement {
  const { model, versions, before, done, trans } = props;
  const [stars, setStars] = useState(before?.stars ?? 0);
  const [text, setText] = useState(before?.text ?? '');
  const [task, setTask] = useState(before?.task ?? props.task ?? '');
  const [version, setVersion] = useState(before?.version ?? versions[0] ?? '');
  const isBusy = useStore(model.deed.store).is === 'busy';
  const submit = async () => {
    const said = { stars, text, version, task: task.trim() || null };
    if (await model.put(said)) {
      done();
    }
  };
  return (
    <form
      className="jp-HubForm"
      aria-label={trans.__('Your review')}
      onSubmit={event => {
        event.preventDefault();
        void submit();
      }}
    >
      <fieldset className="jp-HubStars-choice">
        <legend>{trans.__('Your rating')}</legend>
        {[...ALL_STARS].reverse().map(each => (
          <label key={each} title={trans.__('%1 of 5 stars', each)}>
            <input
              type="radio"
              name="stars"
              className="jp-HubHidden"
              checked={stars === each}
              aria-label={trans.__('%1 of 5 stars', each)}
              onChange={() => setStars(each)}
            />
            <span aria-hidden>{each <= stars ? '★' : '☆'}</span>
          </label>
        ))}
      </fieldset>
      {versions.length > 0 && (
        <SelectField
          label={trans.__('Version')}
          value={version}
          options={versions.map(tag => ({ value: tag, label: tag }))}
          change={setVersion}
          disabled={before !== null}
        />
      )}
      <TextField
        label={trans.__('Used for')}
        value={task}
        placeholder={props.task ?? trans.__('text-classification')}
        change={setTask}
      />
      <AreaField
        label={trans.__('What was good, what was not?')}
        value={text}
        change={setText}
      />
      <div className="jp-HubBar">
        <Button primary submit disabled={stars === 0 || isBusy}>
          {trans.__('Publish review')}
        </Button>
        <Button onClick={done}>{trans.__('Cancel')}</Button>
      </div>
    </form>
  );
}
