import * as fs from 'fs';
import { cyclonusQuestion, sampleClusters } from './cyclonus-clusters';
import { API_SERVER, askEngine, CYCLONUS, KUBECTL, versionOf, whyNotAsked } from './go-engine';
import { mutationsOf } from './mutations';
import { ProbedCluster, probesOf } from './probes';
import { fileOf, holdsLines, packed, readLines, writeLines } from './recorded';
import { VALIDATION_TABLE } from './validation-table';
import { readingsOf, RecordedReading, textsToRecord } from './yaml-readings';
import { warnSkipped } from '../support/go';

/*
 * `npm run engines:record` generates clusters, policies and texts and records the verdicts of the engines.
 * `npm run engines:check` checks that the engines still give the recorded verdicts. Both need Go.
 */

const SEED = 20261123;
const CLUSTERS = 2200;
const MUTATIONS = 3000;

interface RecordedEngines {
  readonly cyclonus: { readonly engine: string; readonly clusters: number; readonly probes: number; readonly allowed: number };
  readonly apiServer: { readonly engine: string; readonly table: number; readonly mutations: number; readonly validMutations: number };
  readonly kubectl: { readonly engine: string; readonly texts: number; readonly refused: number };
}

function verdictsOfCyclonus(clusters: readonly ProbedCluster[]): { lines: object[]; probes: number; allowed: number } {
  const answers = askEngine(CYCLONUS, clusters.map(cyclonusQuestion));
  return {
    lines: clusters.map(({ namespaces, pods, policies, addresses, ports }, i) => {
      if (answers[i].length !== probesOf(clusters[i]).length) { throw new Error(`cluster ${i} does not have a verdict for every probe`); }
      return { namespaces, pods, policies, addresses, ports, verdicts: packed(answers[i]) };
    }),
    probes: answers.reduce((sum, digits) => sum + digits.length, 0),
    allowed: answers.reduce((sum, digits) => sum + digits.split('1').length - 1, 0),
  };
}

function verdictsOfApiServer(policies: readonly object[]): { policy: object; valid: boolean; errors: object[]; decodeErrors: string[] }[] {
  return askEngine(API_SERVER, policies).map((answer, i) => ({ policy: policies[i], ...JSON.parse(answer) }));
}

function main(isCheck: boolean): number {
  const why = whyNotAsked([CYCLONUS, API_SERVER, KUBECTL]);
  if (why !== undefined) {
    warnSkipped('other engines', why);
    // A check may be skipped, but nothing can be recorded without the engines.
    return isCheck ? 0 : 1;
  }
  const clusters = isCheck ? readLines<ProbedCluster>('cyclonus.jsonl.gz') : sampleClusters(SEED, CLUSTERS);
  const cyclonus = verdictsOfCyclonus(clusters);
  const table = verdictsOfApiServer(VALIDATION_TABLE.map(({ policy }) => policy))
    .map(({ policy: _, ...verdict }, i) => ({ id: VALIDATION_TABLE[i].id, ...verdict }));
  const valid = VALIDATION_TABLE.filter((_, i) => table[i].valid).map(({ policy }) => policy);
  const mutations = verdictsOfApiServer(isCheck
    ? readLines<{ policy: object }>('mutations.jsonl.gz').map(({ policy }) => policy)
    : mutationsOf([...valid, ...clusters.flatMap(({ policies }) => policies).slice(0, valid.length)], SEED, MUTATIONS));
  const readings = readingsOf(isCheck ? readLines<RecordedReading>('yaml.jsonl.gz').map(({ text }) => text) : textsToRecord(SEED));
  const engines: RecordedEngines = {
    cyclonus: { engine: versionOf(CYCLONUS), clusters: clusters.length, probes: cyclonus.probes, allowed: cyclonus.allowed },
    apiServer: {
      engine: versionOf(API_SERVER), table: table.length, mutations: mutations.length, validMutations: mutations.filter(m => m.valid).length,
    },
    kubectl: { engine: versionOf(KUBECTL), texts: readings.length, refused: readings.filter(({ error }) => error !== undefined).length },
  };
  const texts = {
    'engines.json': `${JSON.stringify(engines, undefined, 2)}\n`,
    'validation-table.json': `[\n${table.map(entry => JSON.stringify(entry)).join(',\n')}\n]\n`,
  };
  console.log(texts['engines.json']);
  if (!isCheck) {
    Object.entries(texts).forEach(([name, text]) => fs.writeFileSync(fileOf(name), text));
    writeLines('cyclonus.jsonl.gz', cyclonus.lines);
    writeLines('mutations.jsonl.gz', mutations);
    writeLines('yaml.jsonl.gz', readings);
    return 0;
  }
  const stale = [
    ...Object.entries(texts).filter(([name, text]) => fs.readFileSync(fileOf(name), 'utf8') !== text).map(([name]) => name),
    ...holdsLines('cyclonus.jsonl.gz', cyclonus.lines) ? [] : ['cyclonus.jsonl.gz'],
    ...holdsLines('mutations.jsonl.gz', mutations) ? [] : ['mutations.jsonl.gz'],
    ...holdsLines('yaml.jsonl.gz', readings) ? [] : ['yaml.jsonl.gz'],
  ];
  for (const name of stale) { console.error(`${fileOf(name)} differs from the verdicts of the engines: run npm run engines:record to write it again`); }
  if (stale.length === 0) { console.log('The engines still give the recorded verdicts.'); }
  return stale.length === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.includes('--check'));
