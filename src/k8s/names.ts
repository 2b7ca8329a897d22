/*
 * Formats of names, as the API server checks them (k8s.io/apimachinery/pkg/util/validation). Each
 * function returns what is wrong, or nothing: an empty list means that the value is right.
 */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const IN_THE_MIDDLE = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** The greatest length of a DNS-1123 label, of a label's value, and of the name part of a label's key. */
export const LABEL_MAX = 63;

/** Nothing is wrong. */
const NONE: readonly string[] = [];

/** So many texts that are right are remembered of each format. */
const REMEMBERED = 10_000;

/** The same check; a text that was found to be right is not looked at again, since a cluster names the same few a thousand times. */
function remembering(check: (value: string) => string[]): (value: string) => readonly string[] {
  const right = new Set<string>();
  return value => {
    if (right.has(value)) { return NONE; }
    const errors = check(value);
    if (errors.length > 0) { return errors; }
    if (right.size >= REMEMBERED) { right.clear(); }
    right.add(value);
    return NONE;
  };
}

/** RFC 1123 label: a namespace's name, for one. At most 63 characters. */
export const dnsLabelErrors = remembering(value => {
  const errors: string[] = [];
  if (value.length > LABEL_MAX) { errors.push(`must be no more than ${LABEL_MAX} characters`); }
  if (!DNS_LABEL.test(value)) {
    errors.push("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
      + "and must start and end with an alphanumeric character (such as 'my-name' or '123-abc')");
  }
  return errors;
});

/** RFC 1123 subdomain: most objects' names. At most 253 characters. */
export function dnsSubdomainErrors(value: string): readonly string[] {
  const errors: string[] = [];
  if (value.length > 253) { errors.push('must be no more than 253 characters'); }
  if (!DNS_SUBDOMAIN.test(value)) {
    errors.push("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
      + "and must start and end with an alphanumeric character (such as 'example.com')");
  }
  return errors;
}

/** Key of a label or an annotation: `name` or `prefix.example.com/name`. */
export const labelKeyErrors = remembering(key => {
  const parts = key.split('/');
  const errors: string[] = [];
  if (parts.length > 2) {
    return [`a label key must consist of ${IN_THE_MIDDLE}, with an optional DNS subdomain prefix and '/' (such as 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1];
  if (parts.length === 2) {
    if (parts[0] === '') {
      errors.push('prefix part must be non-empty');
    } else {
      errors.push(...dnsSubdomainErrors(parts[0]).map(e => `prefix part ${e}`));
    }
  }
  if (name === '') { errors.push('name part must be non-empty'); }
  if (name.length > LABEL_MAX) { errors.push(`name part must be no more than ${LABEL_MAX} characters`); }
  if (!QUALIFIED_NAME.test(name)) { errors.push(`name part must consist of ${IN_THE_MIDDLE}`); }
  return errors;
});

/** Value of a label: empty, or at most 63 characters. */
export const labelValueErrors = remembering(value => {
  const errors: string[] = [];
  if (value.length > LABEL_MAX) { errors.push(`must be no more than ${LABEL_MAX} characters`); }
  if (!LABEL_VALUE.test(value)) { errors.push(`a valid label must be an empty string or consist of ${IN_THE_MIDDLE}`); }
  return errors;
});

/** Name of a container's port (RFC 6335): at most 15 characters of a-z, 0-9 and '-', with a letter. */
export const portNameErrors = remembering(name => {
  const errors: string[] = [];
  if (name.length > 15) { errors.push('must be no more than 15 characters'); }
  if (!/^[-a-z0-9]+$/.test(name)) { errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'); }
  if (!/[a-z]/.test(name)) { errors.push('must contain at least one letter (a-z)'); }
  if (name.includes('--')) { errors.push('must not contain consecutive hyphens'); }
  if (name.startsWith('-') || name.endsWith('-')) { errors.push('must not begin or end with a hyphen'); }
  return errors;
});

/** A port's number: a whole number from 1 to 65535. */
export function portNumberErrors(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}
