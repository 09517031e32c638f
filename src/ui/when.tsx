import type { ReactElement } from 'react';
import { useEffect, useState } from 'react';
import { exactText, whenText } from './format';

const EVERY_MS = 15_000;

/** When something was, as `3 minutes ago`; it grows older while one looks at it. */
export function When({ at }: { at: string }): ReactElement {
  const [text, setText] = useState(() => whenText(at));
  useEffect(() => {
    const look = () => setText(whenText(at));
    look();
    const timer = setInterval(look, EVERY_MS);
    return () => clearInterval(timer);
  }, [at]);
  return (
    <time dateTime={at} title={exactText(at)}>
      {text}
    </time>
  );
}
