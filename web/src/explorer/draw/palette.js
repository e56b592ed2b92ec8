// Colors of the drawing. Twelve hues for types, which must be told apart on both grounds; types beyond take turns.

export const kindColors = {
  light: ['#3366b8', '#0f8b8d', '#c2571a', '#7b4fb5', '#3d8b37', '#b03a6b', '#8a6d1d', '#4d6a7a', '#a8423f', '#2f7fa8', '#6b7f1f', '#8c5a3c'],
  dark: ['#7fa9ee', '#4fc3c1', '#f09a5f', '#b794ea', '#82c878', '#ea85b0', '#d3b45a', '#9db6c4', '#e88d86', '#74bfe4', '#b5c75f', '#cf9d7d'],
};

export const grounds = {
  light: { paper: '#fbfaf8', ink: '#1d232b', muted: '#69727d', line: '#8d96a0', disputed: '#cf222e', selected: '#1f5fd0', faint: '#dfe1e3' },
  dark: { paper: '#14181d', ink: '#e7eaee', muted: '#939da8', line: '#77828e', disputed: '#ff6a69', selected: '#7fb0ff', faint: '#2b3138' },
};

export const kindColor = (theme, index) => kindColors[theme][index % 12];

/** Lengths of stroke and gap in pixels. */
export const dashes = { solid: null, dashed: [8, 5], dotted: [1.6, 3.6] };

/** Pixels between the lines of one pair. */
export const LANE = 10;

/** Where along a line its words stand, so that those of neighboring lines do not meet. */
export const captionAt = (lane) => 0.5 + Math.max(-0.2, Math.min(0.2, lane * 0.16));
export const lineWidth = (bundle) => Math.min(6, 1.5 + 0.9 * Math.log2(bundle.ids.length));
