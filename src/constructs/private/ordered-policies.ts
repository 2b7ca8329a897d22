import { ApiObject } from 'cdk8s';
import type { IConstruct } from 'constructs';
import { objectsIn } from '../../cdk8s/app-objects';
import { clusterOf } from '../../cdk8s/cluster-boundaries';
import { policiesIn } from '../../cdk8s/hand-written-policies';
import { isPolicyObject } from '../../cdk8s/policy-object';
import { isClusterScoped } from '../../k8s/cluster-scoped';
import { apiGroup, ApiResource, isObject } from '../../k8s/objects';
import { GuardrailTier } from '../guardrail-options';

/*
 * The cluster-wide policies of an app as they are written, with the fields that say which of them decides first.
 */

/** A cluster-wide policy of the app. */
export interface OrderedPolicy {
  /** The construct that writes it: the guardrail, or the API object that is written by hand. */
  readonly of: IConstruct;
  /** Undefined for every cluster. */
  readonly cluster: string | undefined;
  /** The API group and the kind. No text says in which order two of them decide. */
  readonly api: string;
  readonly tier: GuardrailTier;
  /** Undefined for a kind without priorities, and if the field is missing. */
  readonly priority: number | undefined;
}

/** The policies that the program writes by hand or includes. */
export function handWrittenPolicies(root: IConstruct): OrderedPolicy[] {
  return objectsIn(root).filter(object => !isPolicyObject(object)).flatMap(object => orderedPolicies(object, object));
}

/** The policies of a guardrail, with their patches. One that cannot be rendered is left out: synth says why. */
export function writtenPolicies(guardrail: IConstruct): OrderedPolicy[] {
  return objectsIn(guardrail).flatMap(object => {
    try {
      return orderedPolicies(object, guardrail);
    } catch {
      return [];
    }
  });
}

function orderedPolicies(object: ApiObject, of: IConstruct): OrderedPolicy[] {
  return policiesIn(object).filter(({ apiVersion, kind }) => isClusterScoped(String(apiVersion), String(kind)))
    .map(({ apiVersion, kind, spec }: ApiResource): OrderedPolicy => {
      const { tier, priority } = isObject(spec) ? spec : {} as Record<string, unknown>;
      return {
        of,
        cluster: clusterOf(object),
        api: `${apiGroup(String(apiVersion))} ${kind}`,
        tier: kind === 'AdminNetworkPolicy' || tier === 'Admin' ? GuardrailTier.ADMIN : GuardrailTier.BASELINE,
        priority: typeof priority === 'number' ? priority : undefined,
      };
    });
}
