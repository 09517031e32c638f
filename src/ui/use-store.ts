import { useCallback, useSyncExternalStore } from 'react';
import type { Store } from '../model/store';

/** The state of *store*; the component is drawn anew when it changes. */
export function useStore<S>(store: Store<S>): S {
  const subscribe = useCallback(
    (notify: () => void) => {
      store.changed.connect(notify);
      return () => {
        store.changed.disconnect(notify);
      };
    },
    [store]
  );
  return useSyncExternalStore(subscribe, () => store.state);
}
