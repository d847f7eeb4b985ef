/* A file driver of the HDF5 library, over a descriptor or over memory. */
#include "engine/io/hdf5/h5_driver.h"

#include "engine/base/memory.h"
#include "engine/io/hdf5/h5_heap.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What the library passes on when it opens the file; all zero but what it is to be opened from. */
struct origin {
    int descriptor;    /* -1: from memory */
    const void *bytes; /* [size] */
    size_t size;
};

struct h5_driver {
    H5FD_t public; /* the library's part */
    int descriptor;
    unsigned char *bytes; /* [room], NULL: from the descriptor */
    size_t size, room;
    haddr_t end;            /* of what the library may address */
    size_t expected;        /* bytes of raw data to be read at once, 0: any number */
    size_t asked;           /* that were asked for last */
    uint64_t begin;         /* behind a block of its user's */
    unsigned address_bytes; /* of an address in the file, */
    unsigned length_bytes;  /* and of a length; 0: it begins nowhere */
};

/* What h5_reason finds. */
static herr_t refuse(const char *reason)
{
    H5Epush2(H5E_DEFAULT, __FILE__, __func__, __LINE__, H5E_ERR_CLS, H5E_IO, H5E_READERROR, "%s",
        reason);
    return -1;
}

static bool get_bytes(const struct h5_driver *driver, haddr_t at, size_t n, void *out)
{
    if (at > driver->size || n > driver->size - at)
        return false;
    if (driver->bytes) {
        memcpy(out, driver->bytes + at, n);
        return true;
    }
    for (unsigned char *to = out; n > 0;) {
        ssize_t got = pread(driver->descriptor, to, n, (off_t)at);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        to += got > 0 ? got : 0;
        at += got > 0 ? (haddr_t)got : 0;
        n -= got > 0 ? (size_t)got : 0;
    }
    return true;
}

/* The whole heap of `size` bytes; NULL: it is none that is sound. */
static unsigned char *get_heap(const struct h5_driver *driver, uint64_t at, uint64_t size)
{
    bool fits = at <= driver->size && size <= driver->size - at;
    unsigned char *all = fits ? malloc(size) : NULL;
    if (all && get_bytes(driver, at, size, all) &&
        h5_heap_is_sound(all, size, driver->length_bytes))
        return all;
    free(all);
    return NULL;
}

/* The first part of a heap, as the library asks for it: all of it must be sound. */
static bool check_heap(const struct h5_driver *driver, haddr_t at, const void *head, size_t n)
{
    uint64_t size = h5_heap_size(head, n, driver->length_bytes);
    unsigned char *all = size ? get_heap(driver, at, size) : NULL;
    free(all);
    return size == 0 || all;
}

static herr_t read_bytes(H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t at, size_t n, void *out)
{
    struct h5_driver *driver = (struct h5_driver *)file;
    (void)list;
    driver->asked = type == H5FD_MEM_DRAW ? n : driver->asked;
    if (type == H5FD_MEM_DRAW && driver->expected && n != driver->expected)
        return refuse("it is of another size");
    if (!get_bytes(driver, at, n, out))
        return refuse("it ends before what it says to hold");
    return check_heap(driver, at, out, n) ? 0 : refuse("its heap of texts is damaged");
}

static herr_t write_bytes(
    H5FD_t *file, H5FD_mem_t type, hid_t list, haddr_t at, size_t n, const void *in)
{
    struct h5_driver *driver = (struct h5_driver *)file;
    (void)type;
    (void)list;
    if (!driver->bytes || at > SIZE_MAX / 4 || n > SIZE_MAX / 4)
        return refuse("it cannot be written");
    if (at + n > driver->room) {
        driver->room = 2 * (at + n);
        driver->bytes = memory_grow(driver->bytes, driver->room, 1);
    }
    if (at > driver->size)
        memset(driver->bytes + driver->size, 0, at - driver->size);
    memcpy(driver->bytes + at, in, n);
    driver->size = at + n > driver->size ? at + n : driver->size;
    return 0;
}

/* The end of the file is where the library says; it may have been written to less far. */
static herr_t truncate_bytes(H5FD_t *file, hid_t list, hbool_t closing)
{
    struct h5_driver *driver = (struct h5_driver *)file;
    const unsigned char zero = 0;
    (void)closing;
    if (!driver->bytes)
        return 0;
    if (driver->end > driver->size)
        return write_bytes(file, H5FD_MEM_DRAW, list, driver->end - 1, 1, &zero);
    driver->size = driver->end;
    return 0;
}

/* Finds where the file begins, at 0 or behind a block of its user's (512, 1024, 2048, …), and what
 * it says first; its length_bytes stay 0 where it begins nowhere. */
static void find_begin(struct h5_driver *driver)
{
    unsigned char head[16];
    for (haddr_t at = 0; get_bytes(driver, at, sizeof head, head); at = at ? 2 * at : 512)
        if (memcmp(head, "\x89HDF\r\n\x1a\n", 8) == 0) {
            bool old = head[8] < 2;
            driver->begin = at;
            driver->address_bytes = head[old ? 13 : 9];
            driver->length_bytes = head[old ? 14 : 10];
            return;
        }
}

/* A reader of a sandbox may not ask for more of a file than this. */
static size_t size_of(int descriptor)
{
    off_t end = lseek(descriptor, 0, SEEK_END);
    return end > 0 ? (size_t)end : 0;
}

bool h5_driver_knows(int descriptor)
{
    struct h5_driver driver = {.descriptor = descriptor, .size = size_of(descriptor)};
    find_begin(&driver);
    return driver.length_bytes != 0;
}

static H5FD_t *open_driver(const char *name, unsigned flags, hid_t list, haddr_t most)
{
    const struct origin *source = H5Pget_driver_info(list);
    (void)name;
    (void)flags;
    (void)most;
    if (!source)
        return NULL;
    struct h5_driver *driver = memory_array(1, sizeof *driver);
    driver->descriptor = source->descriptor;
    driver->size = source->descriptor >= 0 ? size_of(source->descriptor) : source->size;
    if (source->descriptor < 0) {
        driver->room = source->size + 1;
        driver->bytes = memory_array(driver->room, 1);
        memcpy(driver->bytes, source->bytes, source->size);
    }
    find_begin(driver);
    return &driver->public;
}

static herr_t close_driver(H5FD_t *file)
{
    struct h5_driver *driver = (struct h5_driver *)file;
    free(driver->bytes);
    free(driver);
    return 0;
}

/* No two are the same: the library would share what it knows of them. */
static int compare(const H5FD_t *a, const H5FD_t *b)
{
    return a < b ? -1 : a > b;
}

/* Metadata is read as it is asked for, not gathered, so that heaps can be told. */
static herr_t query(const H5FD_t *file, unsigned long *flags)
{
    (void)file;
    *flags = H5FD_FEAT_AGGREGATE_METADATA | H5FD_FEAT_AGGREGATE_SMALLDATA | H5FD_FEAT_DATA_SIEVE;
    return 0;
}

static haddr_t get_eoa(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const struct h5_driver *)file)->end;
}

static herr_t set_eoa(H5FD_t *file, H5FD_mem_t type, haddr_t end)
{
    (void)type;
    ((struct h5_driver *)file)->end = end;
    return 0;
}

static haddr_t get_eof(const H5FD_t *file, H5FD_mem_t type)
{
    (void)type;
    return ((const struct h5_driver *)file)->size;
}

static herr_t get_handle(H5FD_t *file, hid_t list, void **handle)
{
    (void)list;
    *handle = file;
    return 0;
}

static const H5FD_class_t class = {
    .name = "secateur",
    .maxaddr = (haddr_t)1 << 62,
    .fc_degree = H5F_CLOSE_STRONG,
    .fapl_size = sizeof(struct origin),
    .open = open_driver,
    .close = close_driver,
    .cmp = compare,
    .query = query,
    .get_eoa = get_eoa,
    .set_eoa = set_eoa,
    .get_eof = get_eof,
    .get_handle = get_handle,
    .read = read_bytes,
    .write = write_bytes,
    .truncate = truncate_bytes,
    .fl_map = H5FD_FLMAP_DICHOTOMY,
};

/* Opens it, or makes a new one. */
static hid_t open_source(const struct origin *source, unsigned flags)
{
    static const char name[] = "/file"; /* of a relative one the library asks for the folder */
    hid_t list = H5Pcreate(H5P_FILE_ACCESS), driver = H5FDregister(&class);
    H5Pset_fclose_degree(list, H5F_CLOSE_STRONG);
    H5Pset_libver_bounds(list, H5F_LIBVER_EARLIEST, H5F_LIBVER_V110);
    H5Pset_driver(list, driver, source);
    hid_t file = flags == H5F_ACC_TRUNC ? H5Fcreate(name, flags, H5P_DEFAULT, list)
                                        : H5Fopen(name, flags, list);
    H5FDunregister(driver); /* the list and the file hold on to it */
    H5Pclose(list);
    return file;
}

hid_t h5_driver_open(int descriptor)
{
    const struct origin source = {.descriptor = descriptor};
    return open_source(&source, H5F_ACC_RDONLY);
}

hid_t h5_driver_open_image(const void *bytes, size_t size)
{
    const struct origin source = {.descriptor = -1, .bytes = bytes, .size = size};
    return open_source(&source, H5F_ACC_RDWR);
}

hid_t h5_driver_create(void)
{
    const struct origin source = {.descriptor = -1, .bytes = ""};
    return open_source(&source, H5F_ACC_TRUNC);
}

/* The library lets go of the driver before it closes the file by it: its list must outlive it. */
void h5_driver_close(hid_t file)
{
    hid_t list = H5Fget_access_plist(file);
    H5Fclose(file);
    H5Pclose(list);
}

struct h5_driver *h5_driver_of(hid_t file)
{
    void *handle = NULL;
    H5Fget_vfd_handle(file, H5P_DEFAULT, &handle);
    return handle;
}

void h5_driver_expect(struct h5_driver *driver, size_t size)
{
    driver->expected = size;
    driver->asked = size ? 0 : driver->asked;
}

size_t h5_driver_asked(const struct h5_driver *driver)
{
    return driver->asked;
}

void h5_driver_sizes(hid_t file, unsigned *address_bytes, unsigned *length_bytes)
{
    const struct h5_driver *driver = h5_driver_of(file);
    *address_bytes = driver->address_bytes;
    *length_bytes = driver->length_bytes;
}

unsigned char *h5_driver_heap(hid_t file, uint64_t address, size_t *size)
{
    enum { HEAD = 16 };
    unsigned char head[HEAD];
    const struct h5_driver *driver = h5_driver_of(file);
    if (address > driver->size || !get_bytes(driver, driver->begin + address, HEAD, head))
        return NULL;
    *size = h5_heap_size(head, HEAD, driver->length_bytes);
    return *size ? get_heap(driver, driver->begin + address, *size) : NULL;
}
