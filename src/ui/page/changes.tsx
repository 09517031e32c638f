import type { ReactElement } from 'react';
import { useState } from 'react';
import type { DiscussionPage } from '../../api/wire';
import { Answered } from '../answer';
import { Button } from '../button';
import { Section } from '../field';
import { Confirm } from '../modal';
import { ComparisonView } from './comparison';
import { Conflicts } from './conflicts';
import type { DiscussionsProps } from './discussions';

/** What a pull request would change, and whether it can be merged. */
export function Changes(
  props: DiscussionsProps & { shown: DiscussionPage }
): ReactElement {
  const { model, shown, trans } = props;
  const { discussions } = model;
  const { conflicts, mayMerge, discussion } = shown;
  const isOpen = discussion.status === 'open';
  return (
    <Section title={trans.__('Changes')}>
      {isOpen && conflicts.length > 0 && (
        <div className="jp-HubProblem">
          <p>
            {trans.__(
              'It cannot be merged: %1 changed these files, too.',
              discussion.target ?? ''
            )}
          </p>
          <Conflicts
            model={model.conflicts}
            number={discussion.number}
            head={shown.head}
            trans={trans}
          />
        </div>
      )}
      {isOpen && mayMerge && conflicts.length === 0 && <Merge {...props} />}
      <Answered
        asked={discussions.diff}
        label={trans.__('Loading changes')}
        retry={() => discussions.refresh()}
        trans={trans}
      >
        {comparison => (
          <ComparisonView
            comparison={comparison}
            whole={path => void discussions.whole(path)}
            trans={trans}
          />
        )}
      </Answered>
    </Section>
  );
}

function Merge(
  props: DiscussionsProps & { shown: DiscussionPage }
): ReactElement {
  const { model, shown, trans } = props;
  const { title, target } = shown.discussion;
  const [isAsking, setAsking] = useState(false);
  return (
    <div className="jp-HubBar">
      <Button primary onClick={() => setAsking(true)}>
        {trans.__('Merge into %1…', target ?? '')}
      </Button>
      {isAsking && (
        <Confirm
          title={trans.__('Merge “%1”?', title)}
          action={trans.__('Merge')}
          confirm={() => void model.discussions.merge()}
          close={() => setAsking(false)}
          trans={trans}
        >
          <p>
            {trans.__(
              'All that reads %1 gets these changes from now on.',
              target ?? ''
            )}
          </p>
        </Confirm>
      )}
    </div>
  );
}
