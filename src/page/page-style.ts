/** How the parts look that the program of a page makes. */
export const pageStyle = "";
