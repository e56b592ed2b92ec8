// Colors of the drawing. Twelve hues for types, which must be told apart on both grounds; types beyond take turns.

const kindColors = {
  light: ['#3366b8', '#0f8b8d', '#c2571a', '#7b4fb5', '#3d8b37', '#b03a6b', '#8a6d1d', '#4d6a7a', '#a8423f', '#2f7fa8', '#6b7f1f', '#8c5a3c'],
  dark: ['#7fa9ee', '#4fc3c1', '#f09a5f', '#b794ea', '#82c878', '#ea85b0', '#d3b45a', '#9db6c4', '#e88d86', '#74bfe4', '#b5c75f', '#cf9d7d'],
};

export const grounds = {
  light: { paper: '#fbfaf8', ink: '#1d232b', muted: '#69727d', line: '#8d96a0', marked: '#3c4651', disputed: '#cf222e', selected: '#1f5fd0', faint: '#dfe1e3' },
  dark: { paper: '#14181d', ink: '#e7eaee', muted: '#939da8', line: '#77828e', marked: '#d0d7de', disputed: '#ff6a69', selected: '#7fb0ff', faint: '#2b3138' },
};

export const kindColor = (theme, index) => kindColors[theme][index % 12];

/** Lengths of stroke and gap in pixels. */
export const dashes = { solid: null, dashed: [8, 5], dotted: [1.6, 3.6] };

/** Pixels between the lines of one pair. */
export const LANE = 10;

/** The ring that stands for relationships of an entity to itself: its radius, and how far its middle lies above. */
export function loopOf(size, lane) {
  const radius = size * 0.9 + 4 + lane * 5;
  return { radius, lift: size * 0.5 + radius };
}

/** Where along a line its words stand, so that those of neighboring lines do not meet. */
export const captionAt = (lane) => 0.5 + Math.max(-0.2, Math.min(0.2, lane * 0.16));

/** More lines than can each be read: they become thin and faint by how few relationships they stand for. */
export const MANY_LINES = 250;

/** `{width, opacity}` of every line of a scene. */
export function weights(lines) {
  const isCrowded = lines.length > MANY_LINES;
  const thin = Math.min(1, Math.sqrt((8 * MANY_LINES) / lines.length));
  const most = Math.log2(1 + lines.reduce((most, it) => Math.max(most, it.ids.length), 1));
  return (line) => {
    const weight = Math.log2(1 + line.ids.length);
    if (!isCrowded) return { width: Math.min(6, 0.6 + 0.9 * weight), opacity: 1 };
    const share = weight / most;
    // Of a dotted line there is less to be seen.
    const opacity = (0.14 + 0.66 * share ** 1.8) * thin * (line.dash === 'dotted' ? 1.8 : 1);
    return { width: 0.6 + 2.6 * share ** 2, opacity: Math.min(1, opacity) };
  };
}

/** A color with an opacity, as both sigma and SVG read it. */
export function faded(color, opacity) {
  if (opacity >= 1) return color;
  const [red, green, blue] = color.match(/[\da-f]{2}/g).map((it) => Number.parseInt(it, 16));
  return `rgba(${red},${green},${blue},${opacity.toFixed(2)})`;
}
