/** A roof over a wire. */
export const Logo = ({ size }: { readonly size: number }) => (
  <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true">
    <g stroke="currentColor" strokeWidth="2.5" strokeLinecap="round" strokeLinejoin="round">
      <path d="M4 14 16 5l12 9" />
      <path d="M8 24c5.500 0 4.500-7 8-7s2.500 7 8 7" />
    </g>
    <circle cx="8" cy="24" r="3" fill="currentColor" />
    <circle cx="24" cy="24" r="3" fill="currentColor" />
  </svg>
)
