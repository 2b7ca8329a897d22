import * as path from 'path';
import { App, Yaml } from 'cdk8s';

/*
 * What a `synth` writes. cdk8s has no hook for it: 2.68.12, lib/app.js, `App.synth` renders the objects and hands them to `Yaml.save`, one file after
 * the other. So `Yaml.save` notes the objects of each file while a synth of a watched app is running.
 */

/** The objects of each file, by its path. Objects that are written to a file later replace the earlier ones. */
export type Files = ReadonlyMap<string, readonly unknown[]>;

/** What a `synth` or `synthYaml` has written: files, or YAML. Undefined if it wrote its files in its own way. */
export type SynthOutput = { readonly files: Files } | { readonly yaml: string } | undefined;

/** The running synths, the innermost last. A validation may synthesize another app. */
const running: Map<string, readonly unknown[]>[] = [];

/** Runs `synth` of an app, and returns the files that it writes. Undefined if it writes none by `Yaml.save`. */
export function filesWrittenBy(app: App, synth: () => void): Files | undefined {
  const files = new Map<string, readonly unknown[]>();
  const stop = running.length === 0 ? watchSave() : undefined;
  running.push(files);
  try {
    synth();
  } finally {
    running.pop();
    stop?.();
  }
  const folder = path.resolve(app.outdir) + path.sep;
  const own = [...files].filter(([file]) => path.resolve(file).startsWith(folder) && file.endsWith(app.outputFileExtension));
  return own.length === 0 ? undefined : new Map(own);
}

/** Makes `Yaml.save` note what it writes. Returns how to undo that. */
function watchSave(): () => void {
  const { save } = Yaml;
  Yaml.save = (file, objects) => {
    running.at(-1)!.set(file, objects);
    save.call(Yaml, file, objects);
  };
  return () => { Yaml.save = save; };
}
