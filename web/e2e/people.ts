// A file of invented people for the walk of the tutorial, the same each time: 2,000 rows;
// from the 500th on, which no guess looks at, three in four of the ids ending in X are
// typed with a multiplication sign; some birth dates and phones are wrong.

const weights = Array.from({ length: 17 }, (_, i) => 2 ** (17 - i) % 11);

export function check(id17: string): string {
  const sum = [...id17].reduce((s, d, i) => s + Number(d) * (weights[i] ?? 0), 0);
  return '10X98765432'[sum % 11] ?? '';
}

export function people(rows = 2000): { csv: string; crossed: number } {
  let seed = 20261123;
  const next = (n: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return Math.floor((seed / 2147483648) * n);
  };
  const two = (n: number) => String(n).padStart(2, '0');
  const lines = ['姓名,公民身份号码,出生日期,性别,联系电话,月领取额'];
  let crossed = 0;
  for (let i = 0; i < rows; i++) {
    const birth = `${1936 + next(30)}${two(1 + next(12))}${two(1 + next(28))}`;
    const order = String(i % 1000).padStart(3, '0');
    const id17 = `420102${birth}${order}`;
    let last = check(id17);
    if (last === 'X' && i >= 500 && next(4) > 0) {
      last = '×';
      crossed++;
    }
    const day = next(100) === 0 ? '1958-02-30' : `${birth.slice(0, 4)}-${birth.slice(4, 6)}-${birth.slice(6)}`;
    const phone = next(80) === 0 ? '1380' : `1380000${String(i).padStart(4, '0')}`;
    const name = '赵钱孙李周吴郑王'.charAt(next(8)) + '测试样例甲乙'.charAt(next(6));
    lines.push(`${name},${id17}${last},${day},${Number(order) % 2 ? '男' : '女'},${phone},${1800 + next(3000)}.00`);
  }
  return { csv: lines.join('\r\n') + '\r\n', crossed };
}
