import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Resource } from '../cluster/resource';
import { manifestOf } from '../constructs/manifest';
import { keepingNames } from '../constructs/policy-object';

/**
 * Every API object below a construct, as it is synthesized, with the construct's path for its place.
 * Objects that other constructs wrote count like our own.
 */
export function resourcesOf(root: IConstruct): Resource[] {
  return keepingNames(root, () => root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => ({
    object: manifestOf(construct as ApiObject),
    origin: { at: () => ({ constructPath: construct.node.path }) },
    named: true,
  })));
}
