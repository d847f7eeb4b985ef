/* The file of layers that stands beside a file of weights. Private to this room. Thread: any. */
#ifndef SECATEUR_ENGINE_IO_NETS_NET_BESIDE_H
#define SECATEUR_ENGINE_IO_NETS_NET_BESIDE_H

/* Of net.weights.h5 net.config.json, net.json or the folder's config.json, of net.h5 net.json, of
 * net_weights.h5 net.json and the like; malloc'd, NULL: there is none. */
char *net_beside(const char *path);

#endif
