import { Io, Refusal } from './io';
import { Answer } from '../analysis/ask';
import { partyNamed } from '../analysis/named-party';
import { Party } from '../analysis/party';
import { parseAddress } from '../api/address';
import { Reachability } from '../reach/reachability';

/** Finds endpoints by their texts, each text once: thousands of probes name few. */
export class Endpoints {
  private readonly known = new Map<string, Party | string>();

  constructor(private readonly reach: Reachability) {}

  /** The party that a text names, or what is wrong with it. */
  public named(text: string): Party | string {
    let party = this.known.get(text);
    if (party === undefined) {
      party = partyNamed(this.reach, text);
      this.known.set(text, party);
    }
    return party;
  }

  /** The party that an option of the command line names. */
  public ofOption(option: string, text: string, io: Io): Party {
    const party = this.named(text);
    if (typeof party === 'string') { throw new Refusal(`${option}: ${party}`); }
    const [member] = party.members;
    if (parseAddress(text) !== undefined && member.kind === 'pod') {
      io.stderr.write(`note: ${text} is the address of pod ${member.workload.namespace}/${member.pod.name}, and is judged as that pod\n`);
    }
    return party;
  }
}

/** Says so where an answer is not the same for all pods or addresses that were asked about. */
export function tellMixed({ mixed, example }: Answer, io: Io): void {
  if (!mixed) { return; }
  io.stderr.write(`note: the answer is not the same for all of them: ${example.source.name} does not reach ${example.destination.name}, others do\n`);
}
