import { evaluated, mentionApps, policyOf } from './evaluated';
import { portPoint } from '../../src/evaluator/connections';
import { CompiledDirection, AnswerSources, Grants } from '../../src/evaluator/private/compiled-direction';
import { ConnectionTable } from '../../src/evaluator/private/connection-table';
import { pod } from '../support/cluster-objects';

const cluster = evaluated([
  mentionApps('web', 'db'), pod('a/web', { app: 'web' }), pod('a/db', { app: 'db' }), pod('a/bare'), pod('b/web', { app: 'web' }),
  policyOf('a/one', 'web', { ingress: [] }), policyOf('a/two', 'db', { ingress: [] }), policyOf('a/out', undefined, { policyTypes: ['Egress'] }),
  policyOf('a/three', 'web', { ingress: [] }),
]);
const { evaluation: sources } = cluster;
const [web, db, bare] = ['a/web', 'a/db', 'a/bare'].map(cluster.own);
const layers = cluster.layers('a');

/** Grants that say what they were asked, and are numbers of connections that nothing else is. */
class Witness implements Grants {
  public readonly asked: unknown[] = [];

  constructor(private readonly after?: Grants) {}

  public withPods(...question: [number, number, AnswerSources, number?]): number { return this.answer(7, 'pods', question); }

  public withAtom(...question: [number, number, AnswerSources, number?]): number { return this.answer(8, 'atom', question); }

  public addSlots(subject: number, row: Uint32Array): void { row[0] = subject + 100; }

  public changes(subject: number): number[] { return [subject, 3]; }

  public renumbered(atoms: Int32Array): Grants | undefined {
    this.asked.push(['renumbered', atoms]);
    return this.after;
  }

  private answer(connections: number, what: string, [subject, at, from, port]: [number, number, AnswerSources, number?]): number {
    this.asked.push([what, subject, at, from === sources, port]);
    return connections;
  }
}

describe('a direction of a namespace', () => {
  test('knows which policies isolate a class, in their order', () => {
    const fold = new CompiledDirection(layers, new Witness());
    expect([web, db, bare].map(own => fold.policiesOf(own, sources).map(({ name }) => name))).toEqual([['one', 'three'], ['two'], []]);
    expect([web, db, bare].map(own => fold.isIsolated(own, sources))).toEqual([true, true, false]);
  });

  test('lets an isolated class do what it is granted', () => {
    const witness = new Witness();
    const fold = new CompiledDirection(layers, witness);
    const http = portPoint('TCP', 80);
    expect([fold.withPods(web, 40, sources), fold.withPods(db, 41, sources, http)]).toEqual([7, 7]);
    expect([fold.withAtom(web, 5, sources), fold.withAtom(db, 6, sources, http)]).toEqual([8, 8]);
    expect(witness.asked).toEqual([['pods', web, 40, true, undefined], ['pods', db, 41, true, http], ['atom', web, 5, true, undefined], ['atom', db, 6, true, http]]);
  });

  test('lets any other class do everything, whatever is granted', () => {
    const witness = new Witness();
    const fold = new CompiledDirection(layers, witness);
    expect([fold.withPods(bare, 40, sources), fold.withAtom(bare, 5, sources)]).toEqual([ConnectionTable.ALL, ConnectionTable.ALL]);
    expect(witness.asked).toEqual([]);
  });

  test('says with whom, and at which addresses what may pass is another', () => {
    const fold = new CompiledDirection(layers, new Witness());
    const row = new Uint32Array(1);
    fold.addSlots(db, row, sources);
    expect([...row]).toEqual([db + 100]);
    expect([...fold.changes(db, sources)]).toEqual([db, 3]);
    // To whom nothing is denied, all addresses are the same.
    expect([...fold.changes(bare, sources)]).toEqual([]);
  });

  test('is kept where atoms of addresses get other numbers, if its grants can be', () => {
    const [after, numbers] = [new Witness(), Int32Array.of(0, 2)];
    const before = new Witness(after);
    const fold = new CompiledDirection(layers, before);
    const renumbered = fold.renumbered(numbers)!;
    expect(before.asked).toEqual([['renumbered', numbers]]);
    expect(renumbered).toBeInstanceOf(CompiledDirection);
    renumbered.withAtom(web, 9, sources);
    fold.withAtom(web, 4, sources);
    expect([after.asked, before.asked[1]]).toEqual([[['atom', web, 9, true, undefined]], ['atom', web, 4, true, undefined]]);
    expect(renumbered.policiesOf(db, sources)).toEqual(fold.policiesOf(db, sources));
    expect(new CompiledDirection(layers, new Witness()).renumbered(numbers)).toBeUndefined();
  });
});
