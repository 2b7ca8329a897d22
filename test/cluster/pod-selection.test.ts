import { hasForm, valueOfForm } from '../../src/cluster/pod-selection';

test('a value of a form that is none of some others has the first number that is free', () => {
  expect(valueOfForm('web-#', new Set())).toBe('web-0');
  expect(valueOfForm('web-#', new Set(['web-0', 'web-1']))).toBe('web-2');
  expect(valueOfForm('backup-*', new Set(['backup-0']))).toBe('backup-1');
});

test('a form has a number at its #, and any text at its *', () => {
  expect(['web-0', 'web-12', 'web-', 'web-a', 'db-0'].map(value => hasForm(value, 'web-#'))).toEqual([true, true, false, false, false]);
  expect(['backup-28', 'backup-a.b', 'backup-'].map(value => hasForm(value, 'backup-*'))).toEqual([true, true, false]);
  expect(hasForm('anything', undefined)).toBe(true);
});
