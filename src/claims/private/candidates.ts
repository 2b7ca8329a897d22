import { Dropped, furtherLabels, hasPositiveRequirement, namespaceMatching, newNamespacesOf } from './assumed-members';
import { sharesNumbers, Universe } from './universe';
import { areLabelsAssumed, namespaceByName, PeerClause, Pod, UnreadReason, Workload, workloadName } from '../../cluster/cluster';
import { AddressRange, FAMILY_RANGE } from '../../k8s/address';
import { BoundedCache } from '../../k8s/bounded-cache';
import { NAMESPACE_NAME_LABEL } from '../../k8s/objects';
import { Selector } from '../../k8s/selector';
import { PodEndpoint, podName, workloadEndpoints } from '../../query/endpoints';
import { AddressCandidate, Candidate, CandidateNamespace, DeclaredPod, labelsOfPod, LabelSpace, PodCandidate } from '../../search/candidate';
import { listedNames, namesIn } from '../../search/searched-cluster';
import { ClusterTiers } from '../../search/tier-rules';
import { AddressSet, LabelSet } from '../../search/value-set';
import { addressesOf, DeclaredPods, Party, PartyPart, SelectedPods } from '../party';

type PodsClause = Extract<PeerClause, { kind: 'pods' }>;

/** The candidates for both ends of a claim. */
export class Candidates {
  /** The candidates for a claim about these parties. */
  public static of(universe: Universe, parties: readonly Party[]): Candidates {
    const names = parties.flatMap(({ parts }) => parts.flatMap(part => part.kind === 'selected' ? namesIn(part.namespaces) : []));
    const own = new Set(names.filter(name => !universe.namedNamespaces.has(name)));
    return universe.candidates.get([...own].join(), () => new Candidates(universe, [...own]));
  }

  private readonly selected = new BoundedCache<readonly PodCandidate[]>();
  private readonly declared = new BoundedCache<readonly PodCandidate[]>();
  private readonly anyPods = new BoundedCache<PodCandidate>();

  /** @param namedByClaim the namespaces that the claim names and nothing else does */
  private constructor(private readonly universe: Universe, private readonly namedByClaim: readonly string[]) {}

  /** The candidates that differ for some policy, of a party that the claim names. */
  public ofParty({ parts }: Party, dropped: Dropped, onlyDeclared: boolean): Candidate[] {
    return parts.flatMap(part => this.ofPart(part, dropped, onlyDeclared));
  }

  /**
   * Every pod and address that could be the peer of a rule, as far as it may be in none of the listed parties.
   *
   * @param needsPod the outsider needs a port with a name, which no address has
   * @param tiers what the rules of tiers look at beside the rule
   */
  public* outsiders(
    policyNamespace: string | undefined, clause: PeerClause | undefined, dropped: Dropped, listed: readonly Party[], needsPod: boolean,
    tiers: ReturnType<ClusterTiers['about']>,
  ): Iterable<Candidate> {
    if (clause?.kind !== 'addresses') {
      for (const namespace of this.namespacesOf(policyNamespace, clause)) { yield this.anyPodIn(namespace, dropped); }
    }
    const listedRanges = addressesOf(listed);
    if (clause?.kind === 'pods') {
      const unlisted = EVERY_ADDRESS.subtract(AddressSet.of(listedRanges));
      // Blocks in the list can permit every pod that could exist, and not the declared ones.
      if (tiers.namesAddresses || this.unknownAddress(dropped).intersect(unlisted).isEmpty) {
        yield* this.podsWithAddressIn(unlisted.ranges, dropped, tiers.namesAddresses);
      }
      return;
    }
    const blocks = clause === undefined ? EVERY_ADDRESS : AddressSet.ofClause(clause);
    const addresses = blocks.subtract(AddressSet.of(listedRanges)).ranges;
    if (addresses.length > 0) {
      yield this.addressesIn(addresses);
      yield* this.podsWithAddressIn(addresses, dropped, tiers.namesAddresses);
    }
    if (clause === undefined) { return; }
    // A pod of a new namespace will do, unless the list may have the pods of all new namespaces, or a tier denies them.
    const others = tiers.hasRules || needsPod && listed.some(({ parts }) => parts.some(mayHaveEachNewNamespace)) ? this.allNames : [];
    for (const name of [undefined, ...others]) { yield this.anyPodIn(name, dropped); }
  }

  /**
   * The declared pods that no pod which could exist is like: some give one port two names, and one on its node's network may have the known address
   * of another one.
   */
  public podsWithOwnPorts(dropped: Dropped): PodCandidate[] {
    return this.universe.podsWithOwnPorts.flatMap(({ workload, pod }) => {
      // A connection has one of its addresses.
      const addresses = pod.addresses.length > 0 ? pod.addresses.map(address => [address]) : [undefined];
      return addresses.map(own => this.declaredPod({ workload, pod, name: podName(workload, pod) }, dropped, own));
    });
  }

  private ofPart(part: PartyPart, dropped: Dropped, onlyDeclared: boolean): readonly Candidate[] {
    switch (part.kind) {
      case 'addresses': return [this.addressesIn(part.ranges)];
      case 'declared': return this.declaredIn(part, dropped);
      case 'selected': return onlyDeclared
        ? this.declaredIn(part, dropped)
        : this.selectedIn(part, dropped);
    }
  }

  private selectedIn(part: SelectedPods, dropped: Dropped): readonly PodCandidate[] {
    const key = `${part.namespaces.id} ${part.pods.id} ${JSON.stringify(part.ports)} ${dropped.id}`;
    return this.selected.get(key, () =>
      [...this.possibleIn(part, dropped), ...this.declaredIn(part, dropped).filter(pod => this.isUnlikeOthers(pod, part))]);
  }

  /**
   * True if no pod that could exist is like a declared one: its address is unusual, it is on its node's network, it gives one port two names,
   * or it is in the party only if its namespace has a label that nothing declares. Then the labels of the pod are known all the same, and no
   * other pod may have them.
   */
  private isUnlikeOthers({ namespace, addresses, hostNetwork, ports }: PodCandidate, { namespaces }: SelectedPods): boolean {
    if (!namespaces.matches(this.universe.cluster.namespaces.get(namespace.name!)!.labels)) { return true; }
    const isUsual = addresses instanceof AddressSet || addresses.length === 1 && this.universe.isUsual(addresses[0]);
    return !isUsual || hostNetwork || sharesNumbers(ports);
  }

  private addressesIn(ranges: readonly AddressRange[]): AddressCandidate {
    return { kind: 'address', addresses: AddressSet.of(ranges, this.universe.knownAddresses) };
  }

  private declaredIn(part: DeclaredPods | SelectedPods, dropped: Dropped): readonly PodCandidate[] {
    if (part.kind === 'declared') { return this.newDeclaredIn(part, dropped); }
    return this.declared.get(`${part.namespaces.id} ${part.pods.id} ${dropped.id}`, () => this.newDeclaredIn(part, dropped));
  }

  private newDeclaredIn(part: DeclaredPods | SelectedPods, dropped: Dropped): PodCandidate[] {
    const members = part.kind === 'declared' ? [part] : this.universe.declaredMembers(part.namespaces, part.pods, !dropped.has('namespace-label'));
    const nameOf = (workload: Workload) => part.kind === 'declared' ? part.name : workloadName(workload);
    return members.flatMap(({ workload, pods }) => this.distinct(workload, pods, nameOf(workload)).flatMap(({ pod: known, name }) =>
      networkReadings(known).flatMap(pod => {
        const own = this.namespaceOf(workload.namespace, dropped);
        // What is not known about the pod must be so that the party selects it.
        const namespace = part.kind === 'declared' ? own : namespaceMatching(own, part.namespaces);
        if (namespace === undefined) { return []; }
        const candidate = this.declaredPod({ workload, pod, name }, dropped, pod.addresses, namespace);
        return part.kind === 'declared' || candidate.labels.narrow(part.pods) ? [candidate] : [];
      })));
  }

  /** One pod of each class. */
  private distinct(workload: Workload, pods: readonly Pod[], name: string): PodEndpoint[] {
    const endpoints = workloadEndpoints(this.universe.reach, workload, name, pods);
    return [...new Map(endpoints.map(endpoint => [JSON.stringify([endpoint.index, endpoint.pod.ports]), endpoint])).values()];
  }

  /** @param addresses those of the pod that a connection may have; absent: all */
  private declaredPod(
    declared: DeclaredPod, dropped: Dropped, addresses = declared.pod.addresses, namespace = this.namespaceOf(declared.workload.namespace, dropped),
  ): PodCandidate {
    const { pod } = declared;
    return new PodCandidate(
      namespace, labelsOfPod(pod),
      addresses.length > 0 ? addresses : this.unknownAddress(dropped, pod.hostNetwork), declared,
    );
  }

  private possibleIn(part: SelectedPods, dropped: Dropped): readonly PodCandidate[] {
    const labels = this.labelSpacesOf(part, dropped);
    return this.namespacesOfPart(part, dropped).flatMap(namespace => labels.map(space =>
      new PodCandidate(namespace, space, this.unknownAddress(dropped), undefined, part.ports, part)));
  }

  private unknownAddress(dropped: Dropped, hostNetwork = false): AddressSet {
    const { assumed, all } = this.universe.addressesOf(hostNetwork);
    return dropped.has('pod-address') ? all : assumed;
  }

  /** What the labels of the party's pods may be: one space, or one for each combination of further labels that a declared pod has. */
  private labelSpacesOf({ namespaces, pods }: SelectedPods, dropped: Dropped): LabelSpace[] {
    const open = dropped.has('extra-label') || !hasPositiveRequirement(pods);
    const spaces = [new LabelSpace({}, open ? LabelSet.ANY : LabelSet.ABSENT)];
    if (!open) {
      const seen = new Set(['[]']);
      for (const pod of this.universe.declaredMembers(namespaces, pods, true).flatMap(({ kinds }) => kinds)) {
        if (pod.hostNetwork) { continue; }
        const further = furtherLabels(this.universe, pod, pods);
        const signature = JSON.stringify([...further.keys()].sort().map(key => [key, pod.labels[key]]));
        if (seen.has(signature)) { continue; }
        seen.add(signature);
        const space = new LabelSpace({}, LabelSet.ABSENT);
        for (const [key, set] of further) { space.set(key, set); }
        spaces.push(space);
      }
      for (const space of spaces) {
        for (const { key } of pods.requirements) { space.set(key, LabelSet.ANY); }
      }
    }
    return spaces.filter(space => space.narrow(pods));
  }

  private namespacesOfPart(part: SelectedPods, dropped: Dropped): CandidateNamespace[] {
    const listed = listedNames(part.namespaces);
    const found = (listed ?? this.allNames).flatMap(name => namespaceMatching(this.namespaceOf(name, dropped), part.namespaces) ?? []);
    if (listed !== undefined) { return found; }
    const { are, unread } = newNamespacesOf(this.universe, part);
    if (are === 'assumed absent' && !dropped.has('new-namespace')) { return found; }
    const fresh = namespaceMatching(this.newNamespace(unread), part.namespaces);
    return fresh === undefined ? found : [...found, fresh];
  }

  private get allNames(): string[] { return [...this.universe.namedNamespaces, ...this.namedByClaim]; }

  /** The namespaces in which a rule's clause may match a pod. */
  private namespacesOf(policyNamespace: string | undefined, clause: PodsClause | undefined): readonly (string | undefined)[] {
    if (clause === undefined) { return [...this.allNames, undefined]; }
    const { namespaces } = clause;
    if (namespaces === undefined) { return [policyNamespace]; }
    return listedNames(namespaces) ?? [...this.allNames.filter(name => this.mayMatch(namespaces, name)), undefined];
  }

  /** False if the labels of a declared namespace do not match a selector. */
  private mayMatch(selector: Selector, name: string): boolean {
    const declared = this.universe.cluster.namespaces.get(name);
    return declared?.origin === undefined || declared.open !== undefined || selector.matches(declared.labels);
  }

  private anyPodIn(name: string | undefined, dropped: Dropped): PodCandidate {
    return this.anyPods.get(`${name ?? ''} ${dropped.id}`, () => {
      const namespace = name === undefined ? this.newNamespace() : this.namespaceOf(name, dropped);
      return new PodCandidate(namespace, new LabelSpace({}, LabelSet.ANY), this.unknownAddress(dropped));
    });
  }

  /** A namespace by its name. Unless what was not read may declare it, one that is not declared has no other label, or any if that assumption is dropped. */
  private namespaceOf(name: string, dropped: Dropped): CandidateNamespace {
    const namespace = namespaceByName(this.universe.cluster, name);
    const { labels, open } = namespace;
    const isAssumed = areLabelsAssumed(namespace);
    const mayHaveOthers = isAssumed ? dropped.has('namespace-label') : open !== undefined && open.values === undefined;
    const space = new LabelSpace(labels, mayHaveOthers ? LabelSet.ANY : LabelSet.ABSENT);
    for (const [key, values] of open?.values ?? []) {
      space.set(key, LabelSet.generated(values.includes(undefined), { values: values.filter(value => value !== undefined) }));
    }
    return { name, known: isAssumed ? undefined : namespace, labels: space, unread: open?.reason };
  }

  /** @param unread why it is not known whether the party has it */
  private newNamespace(unread?: UnreadReason): CandidateNamespace {
    const others = LabelSet.meeting({ key: NAMESPACE_NAME_LABEL, operator: 'NotIn', values: this.allNames });
    const labels = new LabelSpace({}, LabelSet.ANY).set(NAMESPACE_NAME_LABEL, others.intersect(LabelSet.PRESENT));
    return { labels, unread, mayBeOutside: unread !== undefined };
  }

  /** The declared pods with a known address in some ranges, with those addresses only: a connection has one of them. */
  private* podsWithAddressIn(ranges: readonly AddressRange[], dropped: Dropped, isOneEach: boolean): Iterable<PodCandidate> {
    const isIn = (address: bigint) => ranges.some(({ first, last }) => first <= address && address <= last);
    for (const { workload, pod } of this.universe.podsWithAddress) {
      const addresses = pod.addresses.filter(isIn);
      const choices = isOneEach ? addresses.map(address => [address]) : addresses.length > 0 ? [addresses] : [];
      for (const own of choices) { yield this.declaredPod({ workload, pod, name: podName(workload, pod) }, dropped, own); }
    }
  }
}

/** A pod that may be on its node's network, as one that is not and as one that is. */
function networkReadings(pod: Pod): Pod[] {
  return pod.hasOpenNetwork === true ? [pod, { ...pod, hostNetwork: true }] : [pod];
}

/** True if a part of a list may have pods of each new namespace: it does not ask for a label or a name that a new namespace can be without. */
function mayHaveEachNewNamespace(part: PartyPart): boolean {
  return part.kind === 'selected' && part.namespaces.requirements.every(({ key, operator }) =>
    operator === 'NotIn' || operator === 'DoesNotExist' || operator === 'Exists' && key === NAMESPACE_NAME_LABEL);
}

const EVERY_ADDRESS = AddressSet.of([FAMILY_RANGE.IPv4, FAMILY_RANGE.IPv6]);
