// HPKE (RFC 9180) for sealing in the browser.
export * from "hpke";
