import { useEffect, useState } from 'preact/hooks';

/** Everything that a permanent link restores. It is in the fragment of the URL, so it never leaves the browser. */
export interface State {
  readonly view: string;
  readonly cluster: string;
  readonly ns: string;
  readonly from: string;
  readonly to: string;
  readonly port: string;
  readonly verdict: string;
  /** The namespaces that are unfolded, joined by commas; `*` for all, `-` for none. Empty: as the size of the cluster suggests. */
  readonly open: string;
  /** The pair that is explained. */
  readonly row: string;
  readonly column: string;
  /** The text by which a list is searched. */
  readonly q: string;
  readonly theme: string;
}

const EMPTY: State = { view: 'matrix', cluster: '', ns: '', from: '', to: '', port: '', verdict: '', open: '', row: '', column: '', q: '', theme: '' };

function read(): State {
  const parameters = new URLSearchParams(location.hash.slice(1));
  return Object.fromEntries(Object.entries(EMPTY).map(([key, value]) => [key, parameters.get(key) ?? value])) as unknown as State;
}

/** The fragment of a state. */
export function fragmentOf(state: State): string {
  const parameters = new URLSearchParams();
  for (const [key, value] of Object.entries(state)) { if (value !== EMPTY[key as keyof State]) { parameters.set(key, value); } }
  return `#${parameters}`;
}

export type Update = (change: Partial<State>) => void;

/** The state of the page, and how to change it. Going back in the browser goes back to the state before. */
export function usePageState(): readonly [State, Update] {
  const [state, setState] = useState(read);
  useEffect(() => {
    const changed = () => setState(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  const update: Update = change => {
    setState(before => {
      const after = { ...before, ...change };
      const isStep = before.view !== after.view || before.row !== after.row || before.column !== after.column;
      // Typing in a field is not a step to go back to.
      try { history[isStep ? 'pushState' : 'replaceState'](null, '', fragmentOf(after) === '#' ? location.pathname + location.search : fragmentOf(after)); } catch { /* a sandboxed frame has no history */ }
      return after;
    });
  };
  return [state, update];
}
