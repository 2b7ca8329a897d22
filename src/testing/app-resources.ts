import { ApiObject } from 'cdk8s';
import { IConstruct } from 'constructs';
import { Resource } from '../cluster/resource';
import { manifestOf } from '../constructs/manifest';
import { readAtOnce } from '../constructs/synth-run';

/**
 * Every API object below a construct, as it is synthesized, with the construct's path for its place.
 * Objects that other constructs wrote count like our own.
 */
export function resourcesOf(root: IConstruct): Resource[] {
  return readAtOnce(root.node.root, () => objectsIn(root).map(object => ({
    object: manifestOf(object),
    origin: { at: () => ({ constructPath: object.node.path }) },
    named: true,
  })));
}

/** Every API object below a construct. */
export function objectsIn(root: IConstruct): ApiObject[] {
  return root.node.findAll().filter(construct => ApiObject.isApiObject(construct)).map(construct => construct as ApiObject);
}
