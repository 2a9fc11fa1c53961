/** Where the house gives away its authority, and under which name it is saved. */
export const CA_PATH = '/api/broker/ca.pem'
export const CA_FILE = 'wirehouse-ca.pem'
