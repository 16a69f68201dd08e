// 登记表页面的文案。

export const registers = {
  applications: '治理应用',
};
