import { Finding } from '../../findings/finding';
import { placeJson } from '../explanation';

/** A finding as data for a program. `edit` is there if inserting text is the whole fix. */
export function findingJson({ code, severity, message, place, related = [], fix }: Finding): object {
  return {
    code,
    severity,
    message,
    ...placeJson(place),
    related: related.map(({ message: name, place: at }) => ({ name, ...placeJson(at) })),
    fix: fix && { text: fix.text, edit: fix.edit && { ...placeJson(fix.edit.place), insert: fix.edit.insert } },
  };
}
