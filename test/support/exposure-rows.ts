import { Selector } from '../../src/k8s/selector';
import { ExposedPorts, Exposure, ExposureRow, PodSelectors } from '../../src/query/exposure';

/* The rows of `netpol list --exposure` as short texts. */

export type Row = ExposureRow & Pick<Exposure, 'subject'>;

export function rowsOf(exposures: Iterable<Exposure>): Row[] {
  return [...exposures].flatMap(({ subject, rows }) => rows.map(row => ({ ...row, subject })));
}

/** `shop/web[Deployment] ← app=client in shop: TCP 80` */
export function shown({ subject, direction, peer, undecided, mayBeOpen, ...open }: Row): string {
  const except = 'except' in peer ? peer.except.map(one => ` except ${selected(one)}`) : [];
  const who = peer.kind === 'pods' ? selected(peer) : peer.kind === 'addresses' ? peer.name : peer.kind;
  const which = mayBeOpen === undefined ? '' : ` ${ports(mayBeOpen).join(', ')}`;
  const texts = [...ports(open), ...undecided.map(({ code }) => `${code}?${which}`)];
  return `${subject.name} ${direction === 'ingress' ? '←' : '→'} ${who}${except.join('')}${peer.kind === 'nothing' ? '' : `: ${texts.join(', ')}`}`;
}

function selected({ namespaces, pods }: PodSelectors): string { return `${text(pods)} in ${text(namespaces)}`; }

function text(selector: Selector): string { return selector.toString().replace('kubernetes.io/metadata.name=', ''); }

function ports({ connections, named, unnamed }: ExposedPorts): string[] {
  const except = unnamed.map(({ protocol, name }) => ` except ${protocol} ${name}`).join('');
  return [
    ...connections.isEmpty ? [] : [`${connections.toString()}${except}`],
    ...named.map(({ protocol, name, numbers }) => `${protocol} ${name}${numbers === undefined ? '' : ` if ${numbers}`}`),
  ];
}
