import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useId, useRef } from 'react';
import { useHeldFocus } from './held-focus';

interface TabSpec<Id extends string> {
  id: Id;
  label: string;
  /** How many things wait there. */
  count?: number;
}

export interface TabsProps<Id extends string> {
  label: string;
  tabs: TabSpec<Id>[];
  current: Id;
  select: (id: Id) => void;
  children: ReactNode;
}

const STEPS: Record<string, (index: number, count: number) => number> = {
  ArrowRight: (index, count) => (index + 1) % count,
  ArrowLeft: (index, count) => (index + count - 1) % count,
  Home: () => 0,
  End: (_, count) => count - 1
};

/** Tabs by the ARIA pattern: one stop for Tab, arrows, Home and End move between them. */
export function Tabs<Id extends string>(props: TabsProps<Id>): ReactElement {
  const list = useRef<HTMLDivElement>(null);
  const panel = useRef<HTMLDivElement>(null);
  useHeldFocus(panel);
  const prefix = useId();
  const tabId = (id: string) => `${prefix}-${id}`;
  const { tabs, current, select } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const here = tabs.findIndex(({ id }) => id === current);
    const next = step && tabs[step(here, tabs.length)];
    if (next) {
      event.preventDefault();
      select(next.id);
      list.current
        ?.querySelector<HTMLElement>(`[data-tab="${next.id}"]`)
        ?.focus();
    }
  };
  return (
    <>
      <div
        className="jp-HubTabs"
        role="tablist"
        aria-label={props.label}
        ref={list}
        onKeyDown={onKeyDown}
      >
        {tabs.map(({ id, label, count }) => (
          <button
            key={id}
            id={tabId(id)}
            data-tab={id}
            type="button"
            role="tab"
            aria-selected={id === current}
            aria-controls={id === current ? tabId('panel') : undefined}
            tabIndex={id === current ? 0 : -1}
            onClick={() => select(id)}
          >
            {label}
            {count ? <span className="jp-HubTabs-count"> {count}</span> : null}
          </button>
        ))}
      </div>
      <div
        className="jp-HubTabPanel"
        ref={panel}
        tabIndex={-1}
        role="tabpanel"
        id={tabId('panel')}
        aria-labelledby={tabId(current)}
      >
        {props.children}
      </div>
    </>
  );
}
