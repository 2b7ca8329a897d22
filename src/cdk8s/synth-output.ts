import * as path from 'path';
import { App, Yaml } from 'cdk8s';

/*
 * What a `synth` writes. cdk8s does not tell: 2.68.12, lib/app.js, `App.synth` renders each chart and hands its objects to `Yaml.save`, one file after
 * the other. So `Yaml.save` notes the objects of each file while a synth that asks for it is running.
 */

/** What a `synth` or `synthYaml` gave to its caller: objects, or YAML. Undefined if it wrote its files in its own way. */
export type SynthOutput = { readonly objects: readonly unknown[] } | { readonly yaml: string } | undefined;

/** The objects of each file. A later object with the same file replaces the earlier ones. */
type Files = Map<string, readonly unknown[]>;

/** The running synths, the innermost last. A validation may synthesize another app. */
const running: Files[] = [];

/** Runs `synth` of an app, and returns the objects that it writes. Undefined if it writes no file by `Yaml.save`. */
export function objectsWrittenBy(app: App, synth: () => void): readonly unknown[] | undefined {
  const files: Files = new Map();
  const stop = running.length === 0 ? watchSave() : undefined;
  running.push(files);
  try {
    synth();
  } finally {
    running.pop();
    stop?.();
  }
  const folder = path.resolve(app.outdir) + path.sep;
  const own = [...files].filter(([file]) => file.startsWith(folder) && file.endsWith(app.outputFileExtension));
  return own.length === 0 ? undefined : own.flatMap(([, objects]) => objects);
}

/** Makes `Yaml.save` note what it writes. Returns how to undo that. */
function watchSave(): () => void {
  const { save } = Yaml;
  Yaml.save = (file, objects) => {
    running.at(-1)!.set(path.resolve(file), objects);
    save.call(Yaml, file, objects);
  };
  return () => { Yaml.save = save; };
}
