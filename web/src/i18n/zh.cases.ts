// 案件、登记表单与通知的文案。

export const record = {
  personal: '个人信息，保存后脱敏显示，不存入草稿',
  areaHint: '每行一个顶点：经度, 纬度',
  yuan: '元',
  person: { name: '姓名', phone: '电话', id: '证件号码', address: '地址' },
  lon: '经度',
  lat: '纬度',
  pointHint: '点击地图选点，或填写经纬度（WGS-84）',
  mapAt: (what: string, lon: string, lat: string) => `${what}：东经 ${lon}，北纬 ${lat}`,
  mapNone: (what: string) => `${what}：未选点`,
  remove: '删除',
  removeRow: (n: string) => `删除第 ${n} 行`,
  addRow: '添加一行',
  computed: '自动计算',
  many: (n: string) => `${n} 项`,
  send: '选择文件',
  sending: (share: string) => `上传中 ${share}`,
  sendHint: '可一次选多个',
  removeFile: (name: string) => `删除 ${name}`,
};
