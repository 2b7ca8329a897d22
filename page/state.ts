import { useEffect, useRef, useState } from 'preact/hooks';

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

/** A browser takes milliseconds to write its history, so what is typed into a field is written a moment later. */
const PAUSE = 150;

/** The state of the page, and how to change it. Going back in the browser goes back to the state before. */
export function usePageState(): readonly [State, Update] {
  const [state, setState] = useState(read);
  const current = useRef(state);
  const pending = useRef<ReturnType<typeof setTimeout>>();
  const write = (how: 'pushState' | 'replaceState', to: State) => {
    clearTimeout(pending.current);
    pending.current = undefined;
    const fragment = fragmentOf(to);
    try { history[how](null, '', fragment === '#' ? location.pathname + location.search : fragment); } catch { /* a sandboxed frame has no history */ }
  };
  const flush = () => { if (pending.current !== undefined) { write('replaceState', current.current); } };
  useEffect(() => {
    const changed = () => {
      clearTimeout(pending.current);
      pending.current = undefined;
      setState(current.current = read());
    };
    addEventListener('hashchange', changed);
    addEventListener('popstate', changed);
    addEventListener('pagehide', flush);
    return () => {
      removeEventListener('hashchange', changed);
      removeEventListener('popstate', changed);
      removeEventListener('pagehide', flush);
    };
  }, []);
  const update: Update = change => {
    const before = current.current;
    const after = { ...before, ...change };
    const isStep = before.view !== after.view || before.cluster !== after.cluster || before.row !== after.row || before.column !== after.column;
    if (isStep) { flush(); }
    setState(current.current = after);
    if (isStep) {
      write('pushState', after);
    } else {
      // Typing in a field is not a step to go back to.
      clearTimeout(pending.current);
      pending.current = setTimeout(() => write('replaceState', after), PAUSE);
    }
  };
  return [state, update];
}
