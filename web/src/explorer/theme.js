// Light or dark: the system's choice, or that of the person at the page, which is kept.
import { useEffect, useState } from 'preact/hooks';

const KEY = 'relata.theme';
export const THEMES = ['auto', 'light', 'dark'];

export function storedTheme() {
  try {
    const theme = localStorage.getItem(KEY);
    return THEMES.includes(theme) ? theme : 'auto';
  } catch {
    return 'auto'; // storage is forbidden
  }
}

export function keepTheme(theme) {
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // It lasts as long as the page.
  }
}

/** `light` or `dark`, as it now is. */
export function useTheme(chosen) {
  const [system] = useState(() => matchMedia('(prefers-color-scheme: dark)'));
  const [isDark, setDark] = useState(system.matches);
  useEffect(() => {
    const follow = () => setDark(system.matches);
    system.addEventListener('change', follow);
    return () => system.removeEventListener('change', follow);
  }, [system]);
  useEffect(() => { document.documentElement.style.colorScheme = chosen === 'auto' ? 'light dark' : chosen; }, [chosen]);
  return chosen === 'auto' ? (isDark ? 'dark' : 'light') : chosen;
}
