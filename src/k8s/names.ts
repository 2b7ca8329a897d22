import { BoundedCache } from './bounded-cache';

/*
 * The formats of names, labels and ports. Each function returns the sentences of the API server (k8s.io/apimachinery,
 * pkg/util/validation) about what is wrong with a value. An empty list means that the value is valid.
 */

const DNS_LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/;
const DNS_SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;
const QUALIFIED_NAME = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const LABEL_VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;
const QUALIFIED_CHARACTERS = "alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/** The maximum length of a DNS-1123 label, of a label's value, and of the name part of a label's key. */
export const LABEL_MAX = 63;

/** The same check, with its results kept: a cluster repeats the same few names thousands of times. */
function cached(check: (value: string) => readonly string[]): (value: string) => readonly string[] {
  const results = new BoundedCache<readonly string[]>(10_000);
  return value => results.get(value, check);
}

/** An RFC 1123 label, such as the name of a namespace: at most 63 characters. */
export const dnsLabelErrors = cached(value => {
  const errors: string[] = [];
  if (value.length > LABEL_MAX) { errors.push(`must be no more than ${LABEL_MAX} characters`); }
  if (!DNS_LABEL.test(value)) {
    errors.push("a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', "
      + "and must start and end with an alphanumeric character (such as 'my-name' or '123-abc')");
  }
  return errors;
});

/** An RFC 1123 subdomain, the name of most objects: at most 253 characters. */
export function dnsSubdomainErrors(value: string): readonly string[] {
  const errors: string[] = [];
  if (value.length > 253) { errors.push('must be no more than 253 characters'); }
  if (!DNS_SUBDOMAIN.test(value)) {
    errors.push("a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', "
      + "and must start and end with an alphanumeric character (such as 'example.com')");
  }
  return errors;
}

/** The key of a label or an annotation: `name` or `prefix.example.com/name`. */
export const labelKeyErrors = cached(key => {
  const parts = key.split('/');
  const errors: string[] = [];
  if (parts.length > 2) {
    return [`a label key must consist of ${QUALIFIED_CHARACTERS}, with an optional DNS subdomain prefix and '/' (such as 'example.com/MyName')`];
  }
  const name = parts[parts.length - 1];
  if (parts.length === 2) {
    if (parts[0] === '') {
      errors.push('prefix part must be non-empty');
    } else {
      errors.push(...dnsSubdomainErrors(parts[0]).map(error => `prefix part ${error}`));
    }
  }
  if (name === '') { errors.push('name part must be non-empty'); }
  if (name.length > LABEL_MAX) { errors.push(`name part must be no more than ${LABEL_MAX} characters`); }
  if (!QUALIFIED_NAME.test(name)) { errors.push(`name part must consist of ${QUALIFIED_CHARACTERS}`); }
  return errors;
});

/** The value of a label: at most 63 characters; it may be empty. */
export const labelValueErrors = cached(value => {
  const errors: string[] = [];
  if (value.length > LABEL_MAX) { errors.push(`must be no more than ${LABEL_MAX} characters`); }
  if (!LABEL_VALUE.test(value)) { errors.push(`a valid label must be an empty string or consist of ${QUALIFIED_CHARACTERS}`); }
  return errors;
});

/** The name of a container port (RFC 6335): at most 15 characters of a-z, 0-9 and '-', at least one of them a letter. */
export const portNameErrors = cached(name => {
  const errors: string[] = [];
  if (name.length > 15) { errors.push('must be no more than 15 characters'); }
  if (!/^[-a-z0-9]+$/.test(name)) { errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'); }
  if (!/[a-z]/.test(name)) { errors.push('must contain at least one letter (a-z)'); }
  if (name.includes('--')) { errors.push('must not contain consecutive hyphens'); }
  if (name.startsWith('-') || name.endsWith('-')) { errors.push('must not begin or end with a hyphen'); }
  return errors;
});

/** The number of a port: an integer from 1 to 65535. */
export function portNumberErrors(port: number): readonly string[] {
  return Number.isInteger(port) && port >= 1 && port <= 65535 ? [] : ['must be between 1 and 65535, inclusive'];
}
