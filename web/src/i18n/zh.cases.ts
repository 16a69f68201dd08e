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
  rules: {
    kinds: { text: '文本', integer: '整数', number: '数字', money: '金额，单位元', date: '日期', time: '日期和时间', bool: '是或否', enum: '选择一项', code: '选择一项', reference: '按编号查找并选择', person: '姓名和联系方式', office: '从部门中选择', region: '逐级展开后选择', point: '点选地图或填写经纬度', area: '逐点填写经纬度', files: '照片或附件', rating: '打分', table: '逐行填写' } as Record<string, string>,
    length: (n: string) => `最多 ${n} 字`,
    least: (n: string) => `不少于 ${n}`,
    most: (n: string) => `不多于 ${n}`,
  },
  rowsOf: (of: string) => `填写${of}`,
  computed: '自动计算',
  many: (n: string) => `${n} 项`,
  send: '选择文件',
  sending: (share: string) => `上传中 ${share}`,
  sendHint: '可一次选多个',
  removeFile: (name: string) => `删除 ${name}`,
};
