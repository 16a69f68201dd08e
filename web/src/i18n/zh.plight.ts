// What each page is for, by the first part of its address, and what to do when it cannot be
// shown. A test wants a sentence for every address there is.

/** `''` is the first page. */
export const purpose: Record<string, string> = {
  '': '这里汇总待处理的事项、归集与治理的进度和近期质量。',
  directories: '这里列出各部门编制的数据目录，可查看信息项、规则、数据、版本和质量。',
  declare: '这里编制或修改数据目录：信息项、类型、规则和装载方式。',
  import: '这里用 Excel 一次登记多个数据目录，错误标到单元格，全部无误才导入。',
  load: '这里选择文件，查看识别结果，试算后装载到目录。',
  batches: '这里列出每一次装载：读入、发布、隔离多少行，以及原因。',
  quarantine: '这里查看违反规则、尚未发布的数据，可按规则查看、更正和重放。',
  services: '这里列出已发布的数据服务，可查看调用方法和授权情况。',
  grants: '这里查看和办理授权：谁可使用哪些信息项和数据、用于什么、到何时为止。',
  apps: '这里登记调用数据服务的应用，发放和收回密钥。',
  offices: '这里列出各单位及其目录、挂接和数据情况。',
  registers: '这里是治理应用的登记表：检索、登记、更正、导入导出，每次变更留有记录。',
  packs: '已安装的应用包及其登记表、流程、角色和文件；在这里安装、升级和退回。',
  notices: '轮到您的案件、到期提醒、催办督办和点名。',
  cases: '这里列出待办、超时和关注的案件，可逐件或批量办理。',
  tasks: '这里查看装载、重放、整理等长时间任务的进度和结果。',
  calls: '这里按服务、应用、授权、结果和日期统计调用次数、拒绝次数与返回行数。',
  kinds: '这里说明可用的规则、清洗步骤和脱敏方式。',
  audit: '这里查阅数据的每一次调用、查看和变更，并核验回执。',
  chain: '这里显示审计链的现状，校验全部记录并指出第一条有误的。',
  keys: '这里列出平台签名、密封和脱敏所用的密钥，可更换。',
  users: '这里管理账号：新建、停用、重置密码，以及授予角色。',
  roles: '这里说明各角色可以做什么、范围多大。',
  sessions: '这里查看已登录的会话，必要时可以结束。',
  password: '这里修改本人的密码。',
};

export const plight = {
  refused: '您没有权限查看此页',
  refusedAsk: '工作需要时，请说明用途，向安全管理员申请角色或授权。',
  mine: '查看本人的权限',
  missing: '没有找到要查看的内容',
  missingDo: '可能已被移除或改名，也可能是地址有误。请从列表中打开。',
  back: '返回列表',
  failed: '暂时无法显示',
  failedAsk: '数据未受影响。请重试；仍不成功时，请将下列代码和时间告知系统管理员。',
  at: (time: string) => `时间 ${time}`,
};
