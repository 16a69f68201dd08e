// 中文文案。英文见 en.ts，两者键一致（有测试）。

import { audit } from './zh.audit.ts';
import { calendar } from './zh.calendar.ts';
import { record } from './zh.cases.ts';
import { desk, kase } from './zh.desk.ts';
import { fields } from './zh.fields.ts';
import { batch, batches, load, quarantine, rows } from './zh.load.ts';
import { notices, packs } from './zh.packs.ts';
import { people } from './zh.people.ts';
import { plight, purpose } from './zh.plight.ts';
import { calls, chores, find, today } from './zh.today.ts';
import { registers } from './zh.registers.ts';
import { apps, grants, services, share } from './zh.serve.ts';
import { sharing } from './zh.share.ts';
import { tables } from './zh.tables.ts';

const map = (m: Record<string, string>) => m;

export const zh = {
  app: {
    title: '城枢',
    old: '您的浏览器版本过低，无法打开本系统。请升级到 Chromium 92 或更高版本内核的浏览器（Chrome、Edge、360、奇安信、UOS 浏览器等的新版本）后重新打开。',
  },
  none: '—',
  cancel: '取消',
  rowsOf: rows,
  sep: '、',
  colon: '：',
  comma: '，',
  semi: '；',
  yes: '是',
  no: '否',
  all: '全部',
  filters: { more: '更多筛选', fewer: '收起筛选' },

  shell: {
    printed: (who: string, at: string) => `${who} 打印于 ${at}`,
    demo: '演示数据',
    demoTitle: '本系统中的人员、企业均为虚构；区划与边界为真实数据',
    menu: '菜单',
    nav: '主导航',
    crumbs: '位置',
    skip: '跳到正文',
    lang: 'English',
    langLabel: '切换到英文',
    dark: '深色',
    light: '浅色',
    themeLabel: (to: string) => `切换为${to}外观`,
    missing: '没有这个页面',
    missingHint: '地址可能写错，或页面已移走。',
    home: '回到今日',
    newer: '系统已更新，请刷新页面',
    refresh: '刷新',
    broken: '这个页面出了错',
    brokenHint: '请刷新；若仍出错，请把下面的文字告诉系统管理员。',
  },

  session: {
    signIn: '登录',
    signOut: '退出登录',
    hint: '请使用本单位管理员分配的账号登录。',
    change: '修改密码',
    changeHint: '密码由他人设定或已到期，修改后方可继续。',
    differ: '两次输入的新密码不一致',
    nothing: '您的角色不涉及数据事务',
    nothingHint: '可办理的事项见左侧；如需其他权限，请联系安全管理员。',
  },

  registers,
  packs,
  calendar,
  notices,
  ...people,
  ...sharing,
  ...tables,
  record,
  desk,
  kase,
  audit,
  fields,
  plight,
  purpose,

  nav: {
    data: '数据',
    system: '系统',
    today: '今日',
    cases: '案件',
    directories: '目录',
    offices: '部门',
    collect: '归集',
    load: '装载',
    batches: '批次',
    govern: '治理',
    held: '待判批次',
    problems: '问题数据',
    share: '共享',
    services: '服务',
    grants: '授权',
    apps: '应用',
    calls: '调用统计',
    tasks: '运行状态',
    audit: '审计',
    users: '用户',
    roles: '角色',
    sessions: '会话',
    kinds: '规则参考',
  },

  state: {
    busy: '正在加载',
    again: '重试',
    code: (c: string) => `代码 ${c}`,
    unreachable: '连不上服务',
    unreachableRemedy: '请确认 chengshu 服务正在运行，然后重试。',
  },

  pager: {
    label: '翻页',
    all: (n: string) => `共 ${n} 条`,
    shown: (n: string) => `本页 ${n} 条`,
    of: (n: string, total: string) => `本页 ${n} 条，共 ${total} 条`,
    first: '首页',
    back: '上一页',
    next: '下一页',
  },

  reason: {
    label: '理由（将留存）',
    hint: '例如：已与源头部门核实，先发布合格行',
  },

  standing: {
    label: '状态',
    changed: '有未发布的修改',
    version: (n: string) => `第 ${n} 版`,
    publish: '发布',
    withdraw: '撤下',
    publishTitle: (d: string) => `发布目录“${d}”`,
    publishText: '发布后，各部门可以查到该目录，并可据以授权和提供服务。',
    withdrawTitle: (d: string) => `撤下目录“${d}”`,
    withdrawText: '撤下后，该目录的服务立即停止应答，已有授权保留但不生效；再次发布后恢复。',
    done: { publish: '已发布', withdraw: '已撤下' },
  },

  words: {
    class: map({ base: '基础库', theme: '主题库', department: '部门' }),
    domain: map({ credit: '信用服务', health: '医疗卫生', employment: '社保就业', safety: '公共安全', housing: '城建住房', transport: '交通运输', education: '教育文化', technology: '科技创新', energy: '资源能源', environment: '生态环境', industry: '工业农业', trade: '商贸流通', finance: '财税金融', production: '安全生产', market: '市场监督', relief: '社会救助', law: '法律服务', living: '生活服务', weather: '气象服务', geography: '地理空间', organisation: '机构团体', other: '其他' }),
    standing: map({ draft: '草稿', published: '已发布', withdrawn: '已撤下' }),
    grade: map({ L1: '一般 1 级', L2: '一般 2 级', L3: '一般 3 级', L4: '一般 4 级', important: '重要', core: '核心' }),
    update: map({ realtime: '实时', daily: '每日', weekly: '每周', monthly: '每月', quarterly: '每季度', yearly: '每年' }),
    share: map({ free: '无条件共享', conditional: '有条件共享', none: '不予共享' }),
    way: map({ api: '服务接口', exchange: '批量交换', file: '文件下载' }),
    format: map({ database: '数据库', table: '电子表格', file: '电子文件', image: '图形图像', stream: '流媒体', self: '自描述格式', api: '服务接口' }),
    type: map({ text: '文本', int: '整数', float: '浮点数', bool: '是否', date: '日期', time: '时间', texts: '文本列表' }),
    decimal: (p: string) => `小数 ${p}`,
    personal: map({ name: '姓名', id: '证件号', birth: '出生日期', phone: '电话', address: '住址', account: '账号', other: '其他个人信息' }),
    mode: map({ append: '追加', replace: '整表替换', merge: '按主键合并' }),
    do: map({ reject: '不合格行进问题数据', warn: '仅提示', block: '超限拦截' }),
    doShort: map({ reject: '拒收', warn: '提示', block: '拦截' }),
    dims: map({ normative: '规范性', completeness: '完整性', accuracy: '准确性', consistency: '一致性', timeliness: '时效性', access: '可访问性' }),
    role: map({ system_admin: '系统管理员', security_admin: '安全管理员', audit_admin: '审计管理员', data_admin: '数据管理员', officer: '数据专员', reviewer: '审核员' }),
    operation: map({ append: '追加', overwrite: '覆盖', replace: '重写', delete: '删除' }),
  },

  today,
  find,
  calls,
  chores,

  directories: {
    title: '目录',
    sub: (n: string) => `共 ${n} 个目录`,
    load: '装载数据',
    declare: '新建目录',
    search: '按名称、标题查找',
    office: '提供方',
    class: '类别',
    mounted: '挂接',
    isMounted: '已挂接',
    notMounted: '未挂接',
    cols: { title: '目录', office: '提供方', class: '类别', update: '更新周期', items: '信息项', rows: '行数', quarantined: '问题行', last: '最近批次', grade: '评级' },
    empty: '没有符合条件的目录',
    emptyHint: '放宽筛选条件，或新建一个目录。',
    clear: '清除筛选',
    never: '从未装载',
  },

  directory: {
    load: '装载数据',
    edit: '编辑声明',
    replay: '重放全部问题行',
    replayTitle: (d: string) => `重放“${d}”的全部问题行`,
    replayDone: (n: string) => `已开始 ${n} 个重放批次`,
    replaySome: '部分批次未能重放',
    version: (v: string) => `第 ${v} 版`,
    facts: (office: string, update: string, version: string) => `${office} · ${update}更新 · 第 ${version} 版`,
    tabs: { items: '信息项', rules: '规则', rows: '数据', batches: '批次', versions: '数据版本', quality: '质量趋势', lineage: '血缘', history: '变更历史', shared: '共享' },
    about: '基本信息',
    abstract: '摘要',
    code: '代码',
    format: '格式',
    share: '共享类型',
    way: '共享方式',
    condition: '共享条件',
    open: '向社会开放',
    level: '数据级别',
    use: '使用条件',
    basis: '不予共享依据',
    related: '关联资源代码',
    issued: '原发布日期',
    mode: '装载方式',
    key: (k: string) => `主键 ${k}`,
    keyTag: '主键',
    notMounted: '未挂接',
    rows: '在库',
    quarantined: '问题行',
    item: { title: '信息项', name: '英文名', type: '类型', required: '必填', personal: '个人信息', clean: '清洗步骤', rules: '规则' },
    rule: { title: '规则', says: '内容', norm: '国标号', does: '不满足时' },
    rulesEmpty: '没有声明规则',
    rulesEmptyHint: '类型检查总会进行。在声明的 rules 里加规则，例如 required、unique。',
    rowsEmpty: '还没有数据',
    rowsEmptyHint: '装载一个文件，合格的行会出现在这里。',
    snapshot: '版本时间',
    current: '当前',
    snapshotOf: (at: string, rows: string) => `${at}（${rows} 行）`,
    batchesEmpty: '还没有批次',
    gradesEmpty: '还没有质量记录',
    gradesEmptyHint: '每个判定过的批次都会在这里留下一个点。',
    trend: (n: string, last: string) => `${n} 个批次的质量得分，最近一次 ${last}`,
    gradeCols: { batch: '批次', at: '时间', score: '得分', grade: '评级' },
    codes: (title: string, n: string) => `代码集 ${title}（${n} 项）`,
  },

  rule: {
    on: (items: string) => `对 ${items}`,
    pattern: (p: string) => `全文须匹配 ${p}`,
    between: (a: string, b: string) => `在 ${a} 到 ${b} 之间`,
    min: (a: string) => `不小于 ${a}`,
    max: (b: string) => `不大于 ${b}`,
    from: (a: string) => `不早于 ${a}`,
    to: (b: string) => `不晚于 ${b}`,
    values: (v: string) => `只能是 ${v}`,
    list: (l: string) => `在代码集“${l}”内`,
    levels: (l: string) => `区划级别限 ${l}`,
    within: (w: string) => `范围 ${w}`,
    expr: (e: string) => `须满足 ${e}`,
    table: (t: string, c: string) => `须在目录“${t}”的“${c}”中存在`,
    column: (c: string) => `依据“${c}”`,
    blockAbove: (p: string) => `超过 ${p} 拦截整批`,
    level: map({ city: '市', district: '区县', street: '街道', community: '社区', grid: '网格' }),
  },

  declare: {
    newTitle: '新建目录',
    editTitle: (d: string) => `编辑 ${d}`,
    hint: '逐项填写，或直接写 YAML，两者是同一份声明。边写边查；保存即产生新版本，已发布的数据不受影响。',
    editor: '目录声明（YAML）',
    office: '选择提供方',
    keys: '按 Esc 再按 Tab 可离开编辑区',
    save: '保存',
    create: '创建目录',
    saved: (v: string) => `已保存为第 ${v} 版`,
    created: '目录已创建',
    thenLoad: '创建并装载此文件',
    checking: '检查中…',
    good: '声明无误',
    bad: (n: string) => `${n} 处错误`,
    line: (n: string) => `第 ${n} 行`,
    draft: '已恢复上次未保存的草稿',
    dropDraft: '放弃草稿',
    reference: '规则与清洗步骤参考',
    template: `kind: directory
name: my_directory
title: 目录名称
office: ""
class: department
abstract: 一句话说明这份数据是什么
format: table
update: monthly
share: {type: conditional, condition: 依职责申请, way: exchange}
items:
  - {name: id_no, title: 公民身份号码, type: text, required: true, personal: id, clean: [trim]}
rules:
  - {kind: citizen_id, item: id_no}
  - {kind: unique, item: id_no}
load: {mode: merge, key: [id_no]}
`,
  },

  load,
  batches,
  batch,
  quarantine,

  age: {
    days: (n: string) => `${n} 天`,
    hours: (n: string) => `${n} 小时`,
    minutes: (n: string) => `${n} 分钟`,
    now: '不到 1 分钟',
  },

  plain: { show: '查看原值', hide: '恢复脱敏' },

  offices: {
    title: '部门',
    sub: (n: string) => `${n} 个部门`,
    cols: { title: '部门', region: '区划', directories: '目录', mounted: '已挂接', rate: '挂接率', credit: '统一社会信用代码' },
    empty: '还没有部门',
    emptyHint: '部门由声明文件导入。',
    search: '按名称查找',
  },

  pattern: {
    digits: (n: string) => `${n} 位数字`,
    letters: (n: string) => `${n} 个字母`,
    hanzi: (n: string) => `${n} 个汉字`,
    and: ' + ',
    last: (c: string) => `，末位 ${c}`,
    blank: '空白',
    shaped: (p: string) => `形如 ${p}`,
  },

  tasks: {
    title: '运行状态',
    sub: '正在进行和最近完成的任务。离开页面不影响任务。',
    cols: { kind: '任务', key: '对象', state: '状态', progress: '进度', started: '开始', took: '用时' },
    empty: '没有任务',
    emptyHint: '装载、重放、压缩等较长的工作会列在这里。',
    kinds: map({ load: '装载', replay: '重放', trial: '试算', compact: '压缩', expire: '清理快照', sweep: '清扫文件', release: '放行', demo: '演示数据', 'register.try': '试导入登记', 'register.load': '导入登记', 'register.undo': '撤销导入', 'audit.check': '校验审计链' }),
    states: map({ queued: '排队', running: '进行中', done: '完成', failed: '失败', cancelled: '已取消' }),
    active: '进行中',
    finished: '最近完成',
    version: (v: string) => `城枢 ${v}`,
  },

  kinds: {
    title: '规则参考',
    sub: '声明里可用的规则种类与清洗步骤。每种规则注明 GB/T 36344-2018 的指标编号。',
    rules: (n: string) => `规则 ${n}`,
    steps: (n: string) => `清洗步骤 ${n}`,
    cols: { name: '种类', norm: '国标号', dim: '维度', params: '参数', example: '例子', help: '说明' },
    required: '必填',
    search: '查找规则',
  },

  share,
  services,
  grants,
  apps,

};

export type Catalogue = typeof zh;
