import * as fs from 'fs';
import * as path from 'path';
import { parse } from 'yaml';

/** A NetworkPolicy to validate. It may have any shape. */
export interface TableEntry {
  readonly id: string;
  readonly policy: any;
}

/** Makes a policy from the part that an entry gives, by section. */
const SECTIONS: Record<string, (part: any) => object> = {
  spec: spec => policy({ spec }),
  peer: peer => policy({ spec: { podSelector: {}, ingress: [{ from: [peer] }] } }),
  ipBlock: ipBlock => policy({ spec: { podSelector: {}, egress: [{ to: [{ ipBlock }] }] } }),
  port: port => policy({ spec: { podSelector: {}, ingress: [{ ports: [port] }] } }),
  selector: podSelector => policy({ spec: { podSelector } }),
  metadata: metadata => policy({ metadata, spec: { podSelector: {} } }),
  top: fields => policy(fields),
};

/** The policies of validation-table.yaml. */
export const VALIDATION_TABLE: readonly TableEntry[] = Object.entries(
  parse(fs.readFileSync(path.join(__dirname, 'validation-table.yaml'), 'utf8')) as Record<string, Record<string, unknown>>,
).flatMap(([section, entries]) => Object.entries(entries).map(([name, part]) => ({ id: `${section}: ${name}`, policy: SECTIONS[section](part) })));

function policy(fields: object): object {
  return { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p', namespace: 'x' }, ...fields };
}
