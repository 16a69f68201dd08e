// Words of cases, forms of records and notices.

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
  computed: 'Computed',
  many: (n: string) => (n === '1' ? '1 item' : `${n} items`),
  send: 'Choose files',
  sending: (share: string) => `Sending ${share}`,
  sendHint: 'several at once',
  removeFile: (name: string) => `Remove ${name}`,
};
