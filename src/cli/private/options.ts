import { Argument, Command, Option } from 'commander';
import { RENDER_CHOICES } from './facts';

/** The arguments of every command. */
export function pathsArgument(): Argument {
  return new Argument('<path...>', 'files and folders of manifests, or - for standard input');
}

/** `-o`: the first format is the default. */
export function outputOption(...formats: readonly string[]): Option {
  return new Option('-o, --output <format>', 'how to print the result').choices(formats).default(formats[0]);
}

/** The options of the commands that give answers: how to read and judge the input; see InputOptions. */
export function addInputOptions(command: Command, strict = 'assume nothing: an answer that rests on an assumption is undecided'): Command {
  return addReadingOptions(command.option('--strict', strict));
}

/** The options of every command that say how to read the input, and the facts about its clusters. */
export function addReadingOptions(command: Command): Command {
  return command
    .option('--cluster <name>', 'judge one cluster of an app that writes several, by the annotation cdk8s-netpol/cluster')
    .option('--assume-namespaces <value>', 'a namespace that is made elsewhere: NAME, NAME:key=value,key=value, or a file of namespaces (repeatable)', collect)
    .option('--pod-cidr <cidr>', 'a block that the addresses of pods come from, such as 10.0.0.0/8 (repeatable)', collect)
    .option('--cni <plugin>', 'the network plugin, such as cilium@1.16: what it enforces, and what it does differently (default: nothing is assumed)')
    .addOption(new Option('--render <when>', 'render kustomizations and charts with kustomize, kubectl or helm (default: auto, if one is there)').choices(RENDER_CHOICES))
    .option('--values <file>', 'values for the charts of the input, as for helm template (repeatable)', collect)
    .option('--config <file>', 'facts that the manifests do not have (default: netpol.yaml in the working directory, if it is there)');
}

/** Collects the values of an option that may be given several times. */
export function collect(value: string, values: readonly string[] | undefined): string[] {
  return [...values ?? [], value];
}

/** `--keep-going` */
export function keepGoingOption(): Option {
  return new Option('--keep-going', 'faults in the input do not count for the exit status: it is that of the rest');
}

/** `--allow-undecided` */
export function allowUndecidedOption(): Option {
  return new Option('--allow-undecided', 'exit with 0 instead of 3 if an answer is undecided');
}
