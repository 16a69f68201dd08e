import { theme as antd, type ThemeConfig } from 'antd';
import { useSyncExternalStore } from 'react';

// The theme is an attribute of the root element; tokens.css says what it means. antd gets
// the same values, read from there, so that colours stand in one file.

export type Theme = 'light' | 'dark';

const changed = 'chengshu:theme';

export function currentTheme(): Theme {
  return document.documentElement.dataset.theme === 'dark' ? 'dark' : 'light';
}

export function setTheme(t: Theme) {
  document.documentElement.dataset.theme = t;
  try {
    localStorage.setItem('chengshu.theme', t);
  } catch {
    // without storage the choice lasts until the window closes
  }
  window.dispatchEvent(new Event(changed));
}

export function useTheme(): Theme {
  return useSyncExternalStore((then) => {
    window.addEventListener(changed, then);
    return () => window.removeEventListener(changed, then);
  }, currentTheme);
}

/** The value of a token in the theme that is on. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function antdTheme(t: Theme): ThemeConfig {
  const reduce = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return {
    algorithm: t === 'dark' ? antd.darkAlgorithm : antd.defaultAlgorithm,
    token: {
      fontFamily: token('font'),
      fontSize: 14,
      borderRadius: 6,
      borderRadiusSM: 4,
      borderRadiusLG: 6,
      motion: !reduce,
      colorPrimary: token('accent'),
      colorLink: token('accent'),
      colorLinkHover: token('accent'),
      colorLinkActive: token('accent'),
      colorInfo: token('accent'),
      colorSuccess: token('ok'),
      colorWarning: token('warn'),
      colorError: token('danger'),
      colorText: token('text'),
      colorTextSecondary: token('text-2'),
      colorTextTertiary: token('text-2'),
      colorTextQuaternary: token('text-3'),
      colorTextDescription: token('text-2'),
      colorTextPlaceholder: token('text-3'),
      colorTextHeading: token('text'),
      colorBgContainer: token('surface'),
      colorBgElevated: token('surface'),
      colorBgLayout: token('bg'),
      colorBorder: token('line-strong'),
      colorBorderSecondary: token('line'),
      colorTextLightSolid: token('on-accent'),
      controlItemBgActive: token('accent-soft'),
      controlItemBgActiveHover: token('accent-soft'),
    },
    components: {
      Button: {
        colorPrimary: token('accent'), primaryColor: token('on-accent'),
        primaryShadow: 'none', defaultShadow: 'none', dangerShadow: 'none',
        colorPrimaryHover: token('accent'), colorPrimaryActive: token('accent'),
        defaultHoverColor: token('accent'), defaultHoverBorderColor: token('accent'),
      },
      Tabs: { itemSelectedColor: token('accent'), itemHoverColor: token('accent'), itemColor: token('text-2') },
      Segmented: { trackBg: token('sunken'), itemColor: token('text-2'), itemSelectedBg: token('surface'), itemSelectedColor: token('text') },
      Checkbox: { colorPrimary: token('accent'), colorPrimaryHover: token('accent') },
      Input: { activeBorderColor: token('accent'), hoverBorderColor: token('accent') },
      Select: { activeBorderColor: token('accent'), hoverBorderColor: token('accent'), optionSelectedBg: token('accent-soft'), optionSelectedColor: token('accent') },
    },
  };
}
