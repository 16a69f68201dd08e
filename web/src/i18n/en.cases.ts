// Words of cases, forms of records and notices.

import { plural } from './plural.ts';

export const record = {
  personal: 'Personal information: shown masked once saved, never kept in a draft',
  areaHint: 'One corner a line: longitude, latitude',
  yuan: 'yuan',
  person: { name: 'Name', phone: 'Phone', id: 'ID number', address: 'Address' },
  lon: 'Longitude',
  lat: 'Latitude',
  pointHint: 'Click the map, or write longitude and latitude (WGS-84)',
  mapAt: (what: string, lon: string, lat: string) => `${what}: ${lon}° E, ${lat}° N`,
  mapNone: (what: string) => `${what}: no place chosen`,
  remove: 'Remove',
  removeRow: (n: string) => `Remove row ${n}`,
  addRow: 'Add a row',
  rules: {
    kinds: { text: 'a text', integer: 'a whole number', number: 'a number', money: 'an amount in yuan', date: 'a day', time: 'a day and a time', bool: 'yes or no', enum: 'one of these', code: 'one of these', reference: 'a record, found by its number', person: 'a name and how to reach it', office: 'one of the offices', region: 'opened level by level', point: 'a place on the map, or longitude and latitude', area: 'longitude and latitude of each corner', files: 'photos or papers', rating: 'points', table: 'filled in row by row' } as Record<string, string>,
    length: (n: string) => `${plural(n, 'character')} at most`,
    least: (n: string) => `${n} at least`,
    most: (n: string) => `${n} at most`,
  },
  rowsOf: (of: string) => `Fill in ${of}`,
  computed: 'Computed',
  many: (n: string) => (n === '1' ? '1 item' : `${n} items`),
  send: 'Choose files',
  sending: (share: string) => `Sending ${share}`,
  sendHint: 'several at once',
  removeFile: (name: string) => `Remove ${name}`,
};
