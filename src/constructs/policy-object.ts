import { ApiObject, ApiObjectMetadata, Lazy } from 'cdk8s';
import { Construct, IConstruct } from 'constructs';
import { assignNames, NameWish } from './policy-names';
import { DEFAULT_NAMESPACE, NetworkPolicySpec } from '../api/objects';

/** The label by which `kubectl apply --prune -l` finds what is no longer wanted. */
export const MANAGED_BY = { 'app.kubernetes.io/managed-by': 'cdk8s-netpol' };

/** The annotation for what an object is there for (Kubernetes' well-known annotations). */
const DESCRIPTION = 'kubernetes.io/description';

/** What a policy object is made of. */
export interface PolicyObjectProps {
  readonly namespace: string | undefined;
  /** The name that it gets where no other policy wants it. */
  readonly name: string;
  /** Unique in the app, and the same whatever the order of calls. */
  readonly key: string;
  /** Read at synth, when all edges are known. */
  readonly spec: () => NetworkPolicySpec;
  /** Read at synth. */
  readonly descriptions: () => readonly string[];
}

/** Names as they were given for a state of the tree, to be given again while it stands. */
const assigned = new WeakMap<IConstruct, { readonly state: string; readonly names: Map<string, string> }>();

/**
 * A NetworkPolicy whose name is decided when it is asked for: only then are all policies of the app
 * known, and with them whether the name is free.
 */
export class PolicyObject extends ApiObject {
  /** The policies of ours below a construct, and those of others, which keep their names. */
  public static findAll(root: IConstruct): { readonly ours: PolicyObject[]; readonly others: ApiObject[] } {
    const ours: PolicyObject[] = [];
    const others: ApiObject[] = [];
    const visit = (construct: IConstruct) => {
      // ApiObject answers `instanceof` for all API objects, and so do its subclasses.
      if (construct.constructor === PolicyObject) {
        ours.push(construct as PolicyObject);
      } else if (ApiObject.isApiObject(construct) && construct.kind === 'NetworkPolicy') {
        others.push(construct);
      }
      construct.node.children.forEach(visit);
    };
    visit(root);
    return { ours, others };
  }

  public readonly wish: NameWish;

  constructor(scope: Construct, id: string, { namespace, name, key, spec, descriptions }: PolicyObjectProps) {
    const description = Lazy.any({ produce: () => [...new Set(descriptions())].sort().join('; ') || undefined });
    super(scope, id, {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: {
        name,
        namespace,
        labels: MANAGED_BY,
        // Resolved with the rest of the metadata, and left out where there is none.
        annotations: { [DESCRIPTION]: description } as unknown as ApiObjectMetadata['annotations'],
      },
      spec: Lazy.any({ produce: spec }),
    });
    this.wish = { key, name, namespace: namespace ?? DEFAULT_NAMESPACE };
    const decided = { get: () => this.decideName(), enumerable: true };
    Object.defineProperty(this, 'name', decided);
    Object.defineProperty(this.metadata, 'name', decided);
  }

  private decideName(): string {
    const root = this.node.root;
    const { ours, others } = PolicyObject.findAll(root);
    const taken = new Set(others.map(o => `${o.metadata.namespace ?? DEFAULT_NAMESPACE}/${o.name}`));
    const state = [...taken, ...ours.map(o => o.wish.key)].join('\n');
    let known = assigned.get(root);
    if (known?.state !== state) {
      known = { state, names: assignNames(ours.map(o => o.wish), taken) };
      assigned.set(root, known);
    }
    // Not in the tree any more: whoever still holds it is told what it would have been called.
    return known.names.get(this.wish.key) ?? this.wish.name;
  }
}
