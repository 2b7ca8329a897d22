import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Resource } from '../cluster/resource';

/**
 * Every API object below a construct, as it is synthesized, with the construct's path for its place.
 * Objects that other constructs wrote count like our own.
 */
export function resourcesOf(root: IConstruct): Resource[] {
  return root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => ({
    object: (construct as ApiObject).toJson(),
    origin: { at: () => ({ constructPath: construct.node.path }) },
    named: true,
  }));
}
