import type { KeyboardEvent, ReactElement, ReactNode } from 'react';
import { useRef } from 'react';

export interface TabSpec<Id extends string> {
  id: Id;
  label: string;
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
  const { tabs, current, select } = props;
  const onKeyDown = (event: KeyboardEvent) => {
    const step = STEPS[event.key];
    const here = tabs.findIndex(({ id }) => id === current);
    const next = step && tabs[step(here, tabs.length)];
    if (next) {
      event.preventDefault();
      select(next.id);
      list.current?.querySelector<HTMLElement>(`#${tabId(next.id)}`)?.focus();
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
        {tabs.map(({ id, label }) => (
          <button
            key={id}
            id={tabId(id)}
            type="button"
            role="tab"
            aria-selected={id === current}
            aria-controls="jp-hub-tabpanel"
            tabIndex={id === current ? 0 : -1}
            onClick={() => select(id)}
          >
            {label}
          </button>
        ))}
      </div>
      <div
        className="jp-HubTabPanel"
        role="tabpanel"
        id="jp-hub-tabpanel"
        aria-labelledby={tabId(current)}
      >
        {props.children}
      </div>
    </>
  );
}

function tabId(id: string): string {
  return `jp-hub-tab-${id}`;
}
